const MARK = "◐ ";

/** Marks the page's title until the page is looked at again; does nothing when it is. */
export function markPage(): void {
  if (!document.hidden || document.title.startsWith(MARK)) return;
  document.title = MARK + document.title;
  const seen = () => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", seen);
    if (document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
  };
  document.addEventListener("visibilitychange", seen);
}

/** Asks the browser whether it lets the panel speak up. To be called when it is switched on, and never else. */
export async function mayNotify(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  return (await Notification.requestPermission()) === "granted";
}

/**
 * Tells by the system that a long command is over. Neither the command nor its output: it may be read on a locked screen.
 * @param onWanted the person has pressed it
 */
export function notifyDone(jail: string, terminal: string, seconds: number, onWanted: () => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(`${jail}: a command has ended`, {
      body: `It ran for ${took(seconds)}.`,
      tag: terminal,
    });
    shown.onclick = () => {
      window.focus();
      shown.close();
      onWanted();
    };
  } catch {
    // Chrome on Android has it for service workers only; the mark on the title is there
  }
}

/** @returns 59 s, 2 min, 3 h 5 min */
export function took(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
