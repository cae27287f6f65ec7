/** One fact of a jail, with the word for who hears the page. */
export function Fact({ word, value }: { word: string; value: string }) {
  return (
    <span>
      <span className="sr-only">{word} </span>
      {word === "jid" ? <span className="text-ink-3">jid </span> : null}
      <span className="font-mono break-all">{value}</span>
    </span>
  );
}
