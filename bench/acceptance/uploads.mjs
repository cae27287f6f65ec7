import { claim, equal, ok } from "./tap.mjs";

const PIECE = 8 * 1024 * 1024;

/** @returns the archive's bytes as knastd streams them */
async function fetchArchive(daemon, archive) {
  const { status, bytes } = await daemon.raw("GET", `/v1/archives/${archive}`);
  equal(status, 200, "status of the download");
  return bytes;
}

/** Sends bytes in pieces, the second half twice: the second time is refused and harms nothing. @returns the upload */
async function send(daemon, bytes) {
  const { upload } = await daemon.call("upload.open", { bytes: bytes.length });
  const put = (offset, body) =>
    daemon.raw("PUT", `/v1/uploads/${upload}?offset=${offset}`, {
      headers: { "content-type": "application/octet-stream", "content-length": body.length },
      body,
    });
  const half = Math.min(PIECE, Math.ceil(bytes.length / 2));
  for (let offset = 0; offset < bytes.length; offset += half)
    equal((await put(offset, bytes.subarray(offset, offset + half))).status, 200, `piece at ${offset}`);
  equal((await put(0, bytes.subarray(0, half))).status, 400, "a piece that came already");
  equal(await daemon.call("upload.show", { upload }), { upload, bytes: bytes.length, received: bytes.length });
  return upload;
}

/** An archive goes out as a file, is removed, comes back as an upload, and is whole; bytes that are no archive are refused. */
export async function uploads(daemon, jail) {
  const own = async () =>
    (await daemon.call("archive.list")).archives.find((one) => one.manifest?.id === jail.id)?.archive;
  await claim("archives: out as a file, removed, in again by upload, whole", async () => {
    await daemon.job("archive.create", { name: jail.name, id: jail.id });
    const archive = await own();
    const bytes = await fetchArchive(daemon, archive);
    await daemon.call("archive.remove", { archive });
    await daemon.job("archive.import", { upload: await send(daemon, bytes) });
    equal(await own(), archive);
    await daemon.job("archive.verify", { archive });
    await daemon.call("archive.remove", { archive });
  });
  await claim("archives: bytes that are none are refused, and taken away", async () => {
    const upload = await send(daemon, Buffer.alloc(4096, "knast"));
    await daemon.refused("archive_invalid", "archive.import", { upload }, true);
    await daemon.call("upload.remove", { upload });
    await daemon.refused("not_found", "upload.show", { upload });
  });
  await claim("an upload of more than the disk holds is refused", async () => {
    const error = await daemon.call("upload.open", { bytes: 2 ** 40 }).catch((reason) => reason);
    if (error.upload) await daemon.call("upload.remove", { upload: error.upload });
    else ok(error.code === "disk_full", error.message);
  });
}
