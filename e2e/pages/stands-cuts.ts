import type { Page, Response } from "@playwright/test";

const CUT = "net::ERR_NETWORK_CHANGED";
const MOST_TRIES = 3;

/**
 * Chromium cuts connections that are just being made whenever an interface of the machine comes or goes, as the cables of jails
 * do. A page whose document or script went that way is loaded once more, as a person would.
 */
export function standCuts(page: Page): void {
  let cut = false;
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText === CUT && ["script", "stylesheet"].includes(request.resourceType())) cut = true;
  });
  const stand =
    <Args extends unknown[]>(load: (...args: Args) => Promise<Response | null>) =>
    async (...args: Args): Promise<Response | null> => {
      for (let tries = 1; ; tries++) {
        cut = false;
        try {
          const answer = await load(...args);
          if (!cut || tries === MOST_TRIES) return answer;
        } catch (error) {
          if (tries === MOST_TRIES || !String(error).includes(CUT)) throw error;
        }
      }
    };
  page.goto = stand(page.goto.bind(page));
  page.reload = stand(page.reload.bind(page));
}
