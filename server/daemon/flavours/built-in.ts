import type { Flavour } from "../../contract/flavour.ts";

const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join("");

/** Flavours that are part of the program, by name. */
export const BUILT_IN: readonly Flavour[] = [
  {
    name: "postgresql",
    title: "PostgreSQL",
    description: "A database server from packages, with System V shared memory of the jail's own.",
    settings: { switches: { sysvipc: true } },
    files: [
      {
        path: "/etc/rc.conf",
        mode: 0o644,
        text: lines('postgresql_enable="YES"'),
      },
    ],
    firstBoot: lines(
      "# PostgreSQL from packages, an empty cluster, started. Needs a name server and a way out.",
      "set -e",
      "export ASSUME_ALWAYS_YES=yes",
      "pkg install -y postgresql16-server postgresql16-client",
      "service postgresql initdb",
      "service postgresql start",
      'echo "PostgreSQL runs. su - postgres -c psql opens it."',
    ),
  },
  {
    name: "ssh",
    title: "Reachable by ssh",
    description: "sshd runs from the first start; keys only, nobody signs in by password, root not at all.",
    settings: { switches: {} },
    files: [
      { path: "/etc/rc.conf", mode: 0o644, text: lines('sshd_enable="YES"') },
      {
        path: "/etc/ssh/sshd_config",
        mode: 0o644,
        text: lines(
          "# Keys only; see sshd_config(5). The account admin becomes root by su(1).",
          "PermitRootLogin no",
          "PasswordAuthentication no",
          "KbdInteractiveAuthentication no",
          "UsePAM yes",
          "X11Forwarding no",
          "Subsystem sftp /usr/libexec/sftp-server",
        ),
      },
    ],
    firstBoot: "",
  },
  {
    name: "web",
    title: "Web server",
    description: "nginx from packages, serving /usr/local/www/site.",
    settings: { switches: {} },
    files: [
      { path: "/etc/rc.conf", mode: 0o644, text: lines('nginx_enable="YES"') },
      {
        path: "/usr/local/etc/nginx/nginx.conf",
        mode: 0o644,
        text: lines(
          "worker_processes 1;",
          "events {",
          "\tworker_connections 256;",
          "}",
          "http {",
          "\tinclude mime.types;",
          "\tdefault_type application/octet-stream;",
          "\tserver {",
          "\t\tlisten 80;",
          "\t\troot /usr/local/www/site;",
          "\t\tindex index.html;",
          "\t}",
          "}",
        ),
      },
      {
        path: "/usr/local/www/site/index.html",
        mode: 0o644,
        text: lines(
          "<!doctype html>",
          '<html lang="en">',
          '<meta charset="utf-8">',
          "<title>It works</title>",
          "<h1>It works</h1>",
          "<p>This page is <code>/usr/local/www/site/index.html</code> in the jail.</p>",
          "</html>",
        ),
      },
    ],
    firstBoot: lines(
      "# nginx from packages, started. Needs a name server and a way out.",
      "set -e",
      "export ASSUME_ALWAYS_YES=yes",
      "pkg install -y nginx",
      "service nginx start",
    ),
  },
];

export const builtIn = (name: string): Flavour | null => BUILT_IN.find((one) => one.name === name) ?? null;
