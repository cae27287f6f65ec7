/*
 * A connection goes from one process to another: the giver's sendmsg(2), the taker's recvmsg(2) with SCM_RIGHTS (unix(4), RFC 3542 20),
 * and the reading and writing of what was taken. The giver keeps the same open file, so nothing here relies on O_NONBLOCK, on
 * SO_LINGER or on a timeout: each call says MSG_DONTWAIT, and what a giver has sent is never closed by the thread that does all else.
 */
#define NAPI_VERSION 8
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <node_api.h>
#include <uv.h>

/* Room for all descriptors that a message can have (Linux 253, FreeBSD some 500): the kernel itself would close what does not fit. */
#define CONTROL 8192
/* Threads that close. One waits for as long as SO_LINGER says, where the giver has won a race for microseconds. */
#define CLOSERS 32
/* What is told beside uv_poll's events: libuv watches no more. */
#define STOPPED 128

#define TRY(call)                                          \
  do {                                                     \
    if ((call) != napi_ok) return fail(env, #call, 0);     \
  } while (0)

/* A socket of this process and who is told when it can be read or written. */
struct line {
  uv_poll_t poll;
  napi_env env;
  napi_ref told;
  napi_async_context context;
  int fd;
  int holders; /* JavaScript's value and, until it is closed, libuv's handle */
};

static napi_value fail(napi_env env, const char *what, int error) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, NULL, error == 0 ? what : strerror(error));
  return NULL;
}

static napi_value number(napi_env env, ssize_t value) {
  napi_value result = NULL;
  napi_create_int64(env, value, &result);
  return result;
}

static void release(struct line *line) {
  if (--line->holders == 0) free(line);
}

static void on_closed(uv_handle_t *handle) { release(handle->data); }

static void on_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release(data);
}

/* Descriptors on their way to close(2), and the threads that do it. */
struct closing {
  struct closing *next;
  int fd;
};
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct closing *first;
static int closers, outstanding;

/* close(2) waits for what was not sent when this says so; the giver may have said so. */
static void no_linger(int fd) {
  struct linger off = {.l_onoff = 0, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &off, sizeof off);
}

static void *close_all(void *ignored) {
  (void)ignored;
  pthread_mutex_lock(&guard);
  while (first != NULL) {
    struct closing *one = first;
    first = one->next;
    pthread_mutex_unlock(&guard);
    no_linger(one->fd);
    close(one->fd);
    free(one);
    pthread_mutex_lock(&guard);
    outstanding--;
  }
  closers--;
  pthread_mutex_unlock(&guard);
  return NULL;
}

/* Closes in another thread; without one, when the next is closed. */
static void close_elsewhere(int fd) {
  struct closing *one = malloc(sizeof *one);
  if (one == NULL) {
    no_linger(fd);
    close(fd);
    return;
  }
  one->fd = fd;
  pthread_mutex_lock(&guard);
  one->next = first;
  first = one;
  outstanding++;
  pthread_attr_t attributes;
  if (closers < CLOSERS && pthread_attr_init(&attributes) == 0) {
    pthread_t thread;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    if (pthread_create(&thread, &attributes, close_all, NULL) == 0) closers++;
    pthread_attr_destroy(&attributes);
  }
  pthread_mutex_unlock(&guard);
}

static void on_event(uv_poll_t *poll, int status, int events) {
  struct line *line = poll->data;
  napi_env env = line->env;
  napi_handle_scope scope;
  napi_value receiver, told, argument, ignored;
  if (line->told == NULL || napi_open_handle_scope(env, &scope) != napi_ok) return;
  /* What is wrong with a socket shows in the next read or write. */
  if (status < 0) events = UV_READABLE | UV_WRITABLE | STOPPED;
  napi_get_reference_value(env, line->told, &told);
  napi_get_global(env, &receiver);
  napi_create_int32(env, events, &argument);
  if (napi_make_callback(env, line->context, receiver, told, 1, &argument, &ignored) == napi_pending_exception) {
    napi_value error;
    napi_get_and_clear_last_exception(env, &error);
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

static struct line *line_of(napi_env env, napi_value value) {
  struct line *line = NULL;
  if (napi_get_value_external(env, value, (void **)&line) != napi_ok) return NULL;
  return line->fd < 0 ? NULL : line;
}

/* open(fd, told): takes the descriptor over, and closes it when that fails. */
static napi_value line_open(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], name, result;
  int fd;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_get_value_int32(env, arguments[0], &fd));
  uv_loop_t *loop;
  TRY(napi_get_uv_event_loop(env, &loop));
  struct line *line = calloc(1, sizeof *line);
  int error = line == NULL ? UV_ENOMEM : uv_poll_init(loop, &line->poll, fd);
  if (error != 0) {
    free(line);
    close_elsewhere(fd);
    return fail(env, NULL, -error);
  }
  line->env = env;
  line->fd = fd;
  line->holders = 1;
  line->poll.data = line;
  if (napi_create_reference(env, arguments[1], 1, &line->told) != napi_ok ||
      napi_create_string_utf8(env, "knast:line", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, NULL, name, &line->context) != napi_ok ||
      napi_create_external(env, line, on_collected, NULL, &result) != napi_ok) {
    line->fd = -1;
    uv_close((uv_handle_t *)&line->poll, on_closed);
    close_elsewhere(fd);
    return fail(env, "open", 0);
  }
  line->holders = 2;
  return result;
}

/* watch(line, events): 1 readable, 2 writable, 0 neither. */
static napi_value line_watch(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  int events;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_get_value_int32(env, arguments[1], &events));
  struct line *line = line_of(env, arguments[0]);
  if (line == NULL) return number(env, -EBADF);
  int error = events == 0 ? uv_poll_stop(&line->poll) : uv_poll_start(&line->poll, events, on_event);
  return number(env, error);
}

/* read(line, buffer): bytes read, 0 at the end, or -errno. */
static napi_value line_read(napi_env env, napi_callback_info info) {
  size_t count = 2, length;
  napi_value arguments[2];
  void *buffer;
  ssize_t got;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_get_buffer_info(env, arguments[1], &buffer, &length));
  struct line *line = line_of(env, arguments[0]);
  if (line == NULL) return number(env, -EBADF);
  do got = recv(line->fd, buffer, length, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  return number(env, got < 0 ? -errno : got);
}

/* write(line, buffer, from): bytes written of those behind `from`, or -errno. */
static napi_value line_write(napi_env env, napi_callback_info info) {
  size_t count = 3, length;
  napi_value arguments[3];
  void *buffer;
  uint32_t from;
  ssize_t put;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_get_buffer_info(env, arguments[1], &buffer, &length));
  TRY(napi_get_value_uint32(env, arguments[2], &from));
  struct line *line = line_of(env, arguments[0]);
  if (line == NULL) return number(env, -EBADF);
  if (from > length) return number(env, -EINVAL);
  do put = send(line->fd, (char *)buffer + from, length - from, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (put < 0 && errno == EINTR);
  return number(env, put < 0 ? -errno : put);
}

/* end(line): nothing more is written; the other side reads the end. */
static napi_value line_end(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  struct line *line = line_of(env, argument);
  if (line == NULL) return number(env, -EBADF);
  return number(env, shutdown(line->fd, SHUT_WR) == 0 ? 0 : -errno);
}

/* close(line) */
static napi_value line_close(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  struct line *line = line_of(env, argument);
  if (line == NULL) return NULL;
  uv_poll_stop(&line->poll);
  uv_close((uv_handle_t *)&line->poll, on_closed);
  close_elsewhere(line->fd);
  line->fd = -1;
  napi_delete_reference(env, line->told);
  line->told = NULL;
  napi_async_destroy(env, line->context);
  return NULL;
}

/* duplicate(fd): a second descriptor of the same open file, or -errno. */
static napi_value duplicate(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int fd;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  TRY(napi_get_value_int32(env, argument, &fd));
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return number(env, copy < 0 ? -errno : copy);
}

/* A TCP connection and nothing else: no file, no pipe, no listener, no Unix socket. */
static bool is_connection(int fd) {
  int type = 0, protocol = 0;
  socklen_t size = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) return false;
  struct sockaddr_storage address;
  size = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) return false;
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return false;
  size = sizeof protocol;
  if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0 || protocol != IPPROTO_TCP) return false;
  size = sizeof address;
  return getpeername(fd, (struct sockaddr *)&address, &size) == 0;
}

/* receive(line, buffer): [bytes or -errno, the descriptor that came with them or -1]. */
static napi_value line_receive(napi_env env, napi_callback_info info) {
  size_t count = 2, length;
  napi_value arguments[2], result;
  void *buffer;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_get_buffer_info(env, arguments[1], &buffer, &length));
  struct line *line = line_of(env, arguments[0]);
  static union {
    struct cmsghdr header;
    char space[CONTROL];
  } control;
  struct iovec part = {.iov_base = buffer, .iov_len = length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t got = -1;
  int kept = -1;
  bool odd = false;
  if (line == NULL) errno = EBADF;
  else do got = recvmsg(line->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
  if (got < 0) got = -errno;
  else {
    odd = (message.msg_flags & MSG_CTRUNC) != 0;
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS) {
        odd = true;
        continue;
      }
      size_t size = each->cmsg_len - CMSG_LEN(0);
      for (size_t at = 0; at + sizeof(int) <= size; at += sizeof(int)) {
        int fd;
        memcpy(&fd, CMSG_DATA(each) + at, sizeof fd);
        if (kept < 0 && is_connection(fd)) {
          kept = fd;
          continue;
        }
        odd = true;
        close_elsewhere(fd);
      }
    }
  }
  /* Who sends more than a connection, or something else, is not answered. */
  if (odd) {
    if (kept >= 0) close_elsewhere(kept);
    kept = -1;
    got = -EPROTO;
  }
  TRY(napi_create_array_with_length(env, 2, &result));
  TRY(napi_set_element(env, result, 0, number(env, got)));
  TRY(napi_set_element(env, result, 1, number(env, kept)));
  return result;
}

/* drop(fd): closes what a giver has sent. */
static napi_value drop(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int fd;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  TRY(napi_get_value_int32(env, argument, &fd));
  close_elsewhere(fd);
  return NULL;
}

/* closing(): descriptors that are not closed yet. */
static napi_value closing(napi_env env, napi_callback_info info) {
  (void)info;
  pthread_mutex_lock(&guard);
  int count = outstanding;
  pthread_mutex_unlock(&guard);
  return number(env, count);
}

/* give(unix socket's fd, connection's fd, buffer): bytes that went with it, or -errno. */
static napi_value give(napi_env env, napi_callback_info info) {
  size_t count = 3, length;
  napi_value arguments[3];
  int to, fd;
  void *buffer;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  TRY(napi_get_value_int32(env, arguments[0], &to));
  TRY(napi_get_value_int32(env, arguments[1], &fd));
  TRY(napi_get_buffer_info(env, arguments[2], &buffer, &length));
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {.iov_base = buffer, .iov_len = length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  ssize_t put;
  do put = sendmsg(to, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (put < 0 && errno == EINTR);
  return number(env, put < 0 ? -errno : put);
}

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback call;
  } CALLS[] = {
      {"open", line_open},   {"watch", line_watch},     {"read", line_read},           {"write", line_write}, {"end", line_end},
      {"close", line_close}, {"duplicate", duplicate}, {"receive", line_receive}, {"give", give},
      {"drop", drop},        {"closing", closing},
  };
  for (size_t at = 0; at < sizeof CALLS / sizeof CALLS[0]; at++) {
    napi_value call;
    TRY(napi_create_function(env, CALLS[at].name, NAPI_AUTO_LENGTH, CALLS[at].call, NULL, &call));
    TRY(napi_set_named_property(env, exports, CALLS[at].name, call));
  }
  return exports;
}
