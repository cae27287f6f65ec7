import { connect, type Socket } from "node:net";
import { constants } from "node:os";
import { fdOf, handoverPath, MAX_REQUEST, type Native } from "./native.ts";

/**
 * Hands a browser's connection over to knastd, with the request that it is for (take.ts has the form). When that is done, this process
 * has the leash and no part of the connection any more.
 * @param head what the browser has sent behind its own request
 * @returns the leash, whose end ends the connection; null when nothing was done, as knastd takes none or the connection has no descriptor
 */
export async function handOver(
  native: Native,
  socketPath: string,
  socket: Socket,
  { request, head }: { request: string; head: Buffer },
): Promise<Socket | null> {
  if (stopReading(socket, false) < 0) return null;
  const leash = await reach(handoverPath(socketPath));
  if (!leash) return null;
  leash.on("error", () => leash.destroy());
  const to = fdOf(leash);
  if (to < 0 || socket.destroyed || socket.writableEnded) {
    leash.destroy();
    return null;
  }
  // From here on nothing waits, so that no byte is read that would not be passed on.
  const fd = stopReading(socket, true);
  const early = [head];
  for (let piece = socket.read() as Buffer | null; piece !== null; piece = socket.read() as Buffer | null)
    early.push(piece);
  const body = Buffer.concat([Buffer.from(request, "latin1"), ...early]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const bytes = Buffer.concat([length, body]);
  const put = body.length > MAX_REQUEST ? -constants.errno.EMSGSIZE : native.give(to, fd, bytes);
  if (put <= 0) {
    leash.destroy();
    for (const piece of early.slice(1).reverse()) socket.unshift(piece);
    return null;
  }
  socket.destroy();
  if (put < bytes.length) leash.write(bytes.subarray(put));
  return leash;
}

/** @returns the Unix connection, or null when nobody listens there */
function reach(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => {
      socket.destroy();
      resolve(null);
    });
  });
}

/** @returns the descriptor of a connection that Node does not read any more, or could stop reading; -1 where it can't */
function stopReading(socket: Socket, really: boolean): number {
  const { _handle: handle } = socket as unknown as { _handle?: { reading?: boolean; readStop?: () => void } | null };
  if (typeof handle?.readStop !== "function") return -1;
  if (really) {
    handle.reading = false;
    handle.readStop();
  }
  return fdOf(socket);
}
