import { CodeBlock } from "@/components/ui/code-block.tsx";
import type { JailRoom as Room } from "@/server/contract/panel.ts";

/** jail(8)'s own words below the line that it names, without its name for the file. */
function remarksOf({ mistake }: Room): { line: number | null; text: string }[] {
  if (!mistake) return [];
  const text = mistake.said.split("\n")[0]!.replace(/^jail: \S+ /, "jail(8): ");
  return [{ line: mistake.line === null ? null : mistake.line - 1, text }];
}

/** The files that the jail is, and what jail(8) makes of them. */
export function RoomFiles({ room }: { room: Room }) {
  return (
    <div className="space-y-4">
      {room.config ? (
        <CodeBlock {...room.config} remarks={remarksOf(room)} />
      ) : (
        <p className="text-ink-2">It has no config file of its own.</p>
      )}
      {room.fstab ? <CodeBlock {...room.fstab} /> : <p className="text-ink-2">It has no fstab.</p>}
      {room.parameters.length > 0 && room.config ? (
        <section>
          <h2 className="mb-1 font-medium">As jail(8) reads it</h2>
          <p className="mb-2 text-13 text-ink-3">
            <code className="break-all">jail -f {room.config.path} -e</code>
          </p>
          <table className="w-full border-collapse rounded border bg-raised font-mono text-13">
            <caption className="sr-only">Parameters as jail(8) reads them</caption>
            <tbody className="rows">
              {room.parameters.map((parameter) => (
                <tr key={parameter.name}>
                  <th
                    scope="row"
                    className="px-3 py-1 text-left align-top font-normal break-all md:w-px md:whitespace-nowrap"
                  >
                    {parameter.name}
                  </th>
                  <td className="px-3 py-1 break-all text-ink-2">{parameter.value ?? "set"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </div>
  );
}
