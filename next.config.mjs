/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  // sharp has no FreeBSD binary; the panel has no pictures to resize.
  images: { unoptimized: true },
  // server/web has decided on the address already and sets every header.
  compress: true,
  experimental: { serverActions: { bodySizeLimit: "512kb" } },
};
export default config;
