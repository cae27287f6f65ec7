import Link from "next/link";

/**
 * Where one lands from the single sign-on. The browser sends a Strict cookie only with what our own pages begin, and this one
 * begins the next request.
 */
export default async function SignedInPage({ searchParams }: { searchParams: Promise<{ then?: unknown }> }) {
  const next = (await searchParams).then === "linked" ? "/notices" : "/";
  return (
    <>
      <title>Signed in · knasthorst</title>
      <meta httpEquiv="refresh" content={`0; url=${next}`} />
      <p>
        <Link href={next} prefetch={false}>
          Go on to the panel
        </Link>
      </p>
    </>
  );
}
