/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  // sharp has no FreeBSD binary; the panel has no pictures to resize.
  images: { unoptimized: true },
  // It looks for native parts of its own at run time.
  serverExternalPackages: ["ssh2"],
  // `npm run verify` checks types, of all rooms at once; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  experimental: { serverActions: { bodySizeLimit: "512kb" } },
};
export default config;
