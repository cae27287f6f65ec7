import Link from "next/link";

/** The one answer to a name that is not there and to one that is somebody else's. */
export function NothingHere() {
  return (
    <div className="mx-auto max-w-xl space-y-3 p-6 pt-[12vh]">
      <title>Not found · knasthorst</title>
      <h1 className="text-20 font-semibold">There is no such thing here.</h1>
      <p className="text-ink-2">It was never there, it is gone, or it is not yours.</p>
      <p>
        <Link href="/jails" className="link">
          Go to your jails
        </Link>
      </p>
    </div>
  );
}
