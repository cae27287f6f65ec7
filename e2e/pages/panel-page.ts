import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import type { Panel } from "../panel.ts";
import { standCuts } from "./stands-cuts.ts";

export type Person = { name: string; password: string };
export const ADMIN: Person = { name: "erdgeist", password: "correct horse battery staple" };

/** What a person does in the panel, in his words; each verb waits until what it did can be seen. */
export class PanelPage {
  readonly page: Page;
  readonly url: string;
  constructor(page: Page, panel: Pick<Panel, "url">) {
    standCuts(page);
    this.page = page;
    this.url = panel.url;
  }

  /** A browser of his own, so that nobody's cookies meet. */
  static async inNewBrowser(browser: Browser, panel: Pick<Panel, "url">): Promise<PanelPage> {
    const context = await browser.newContext({ baseURL: panel.url });
    return new PanelPage(await context.newPage(), panel);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Where the panel asks to prove once more that it is him, he types his password: a long story outlives the proof of its sign-in. */
  async provesBy(password: string) {
    const asked = this.page.getByRole("dialog", { name: "Prove that it is you" }).getByLabel("Your password");
    await this.page.removeLocatorHandler(asked);
    await this.page.addLocatorHandler(asked, async () => {
      await asked.fill(password);
      await this.page.getByRole("button", { name: "Prove it" }).click();
    });
  }

  async setUpAdmin(link: string, who: Person = ADMIN) {
    await this.provesBy(who.password);
    await this.page.goto(link);
    await this.page.getByLabel("Name", { exact: true }).fill(who.name);
    await this.page.getByLabel("Password", { exact: true }).fill(who.password);
    await this.page.getByRole("button", { name: "Create the admin" }).click();
    await expect(this.page.getByRole("heading", { name: "The base jail" })).toBeVisible();
  }

  async installBaseFromHost() {
    await this.page.goto(`${this.url}/set-up?step=base`);
    await this.page.getByRole("radio", { name: /This host's own world/ }).check();
    await this.page.getByRole("button", { name: /Install the base jail/ }).click();
    await expect(this.page.getByRole("link", { name: /Go on to the addresses/ })).toBeVisible({ timeout: 90_000 });
  }

  /** Takes the pools that the wizard proposes. */
  async savePools() {
    await this.page.goto(`${this.url}/set-up?step=addresses`);
    await this.page.getByRole("button", { name: "Save the pools" }).click();
    await expect(this.page.getByRole("heading", { name: "The first jail" })).toBeVisible();
  }

  async setUpAll(link: string, who: Person = ADMIN) {
    await this.setUpAdmin(link, who);
    await this.installBaseFromHost();
    await this.savePools();
  }

  /** @returns the jail's name as the form derived it */
  async createJail(hostname: string, options: { owner?: string } = {}): Promise<string> {
    await this.page.goto(`${this.url}/jails/new`);
    await this.page.getByLabel("Host name").fill(hostname);
    if (options.owner) await this.page.getByLabel("Who is it for?").selectOption({ label: options.owner });
    const name = await this.page.getByLabel("Name of the jail").inputValue();
    await expect(this.page.getByText(`host.hostname = '${hostname}';`)).toBeVisible();
    await this.page.getByRole("button", { name: `Create ${name}` }).click();
    await expect(this.page.getByRole("button", { name: `Start ${name}` })).toBeVisible({ timeout: 60_000 });
    return name;
  }

  async openJail(name: string) {
    await this.page.goto(`${this.url}/jails/${name}`);
    await expect(this.page.getByRole("heading", { name, exact: true })).toBeVisible();
  }

  async expectState(state: string, timeout = 60_000) {
    await expect(this.page.getByTestId("jail-state")).toHaveAttribute("data-state", state, { timeout });
  }

  async startJail(name: string) {
    await this.openJail(name);
    await this.page.getByRole("button", { name: `Start ${name}` }).click();
    await this.expectState("running");
  }

  async stopJail(name: string) {
    await this.openJail(name);
    await this.page.getByRole("button", { name: `Stop ${name}` }).click();
    await this.expectState("stopped");
  }

  async signIn(who: Person) {
    await this.provesBy(who.password);
    await this.page.goto(`${this.url}/sign-in`);
    await this.page.getByLabel("Name", { exact: true }).fill(who.name);
    await this.page.getByLabel("Password", { exact: true }).fill(who.password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(this.page.getByRole("button", { name: "Account" })).toBeVisible();
  }

  /** @returns the one-time link that the admin sends */
  async createFriend(name: string, jails: string[] = []): Promise<string> {
    await this.page.goto(`${this.url}/friends`);
    await this.page.getByLabel("Name of the friend").fill(name);
    for (const jail of jails)
      await this.page.getByRole("form", { name: "New friend" }).getByRole("checkbox", { name: jail }).check();
    await this.page.getByRole("button", { name: `Create ${name}` }).click();
    return this.page.getByLabel(`Link for ${name}`, { exact: true }).inputValue();
  }

  async acceptLink(link: string, password: string) {
    await this.provesBy(password);
    await this.page.goto(link);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Set the password and sign in" }).click();
    await expect(this.page.getByRole("button", { name: "Account" })).toBeVisible();
  }

  async openShell(name: string): Promise<Shell> {
    await this.openJail(name);
    await this.page.getByRole("button", { name: "Open a shell" }).click();
    const shell = new Shell(this.page);
    await shell.ready();
    return shell;
  }
}

/** Milliseconds between looks at a screen, which is cheap to read and mostly there at once. */
const SOON = [50, 100, 200];

/** The visible terminal, read through xterm's buffer and typed into by real keys. */
export class Shell {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  get box() {
    return this.page.locator("[data-terminal]:visible");
  }

  async ready() {
    await expect(this.box).toHaveAttribute("data-state", "open");
    await this.prompted();
  }

  /** Waits for a prompt; after Ctrl-C what is typed before it is thrown away by the pty. */
  async prompted() {
    await expect.poll(() => this.text(), { message: "a prompt", intervals: SOON }).toMatch(/[#%>$] *$/);
  }

  /** Scrollback and screen as text, blank lines at the end left out. */
  text(): Promise<string> {
    return this.page.evaluate(() => {
      const boxes = [...document.querySelectorAll<HTMLElement>("[data-terminal]")];
      const id = boxes.find((box) => box.checkVisibility())?.dataset.terminal ?? "";
      const terms = (window as unknown as { __knastTerminals?: Map<string, import("@xterm/xterm").Terminal> })
        .__knastTerminals;
      const buffer = terms?.get(id)?.buffer.active;
      if (!buffer) return "";
      let text = "";
      for (let i = 0; i < buffer.length; i++) {
        const line = buffer.getLine(i);
        text += (line?.isWrapped ? "" : "\n") + (line?.translateToString(true) ?? "");
      }
      return text.trimEnd();
    });
  }

  /** Types a line and waits for what it must print. */
  async run(command: string, expected: RegExp | string) {
    await this.box.click();
    await this.page.keyboard.type(`${command}\n`);
    const wanted = expect.poll(() => this.text(), { message: command, intervals: SOON });
    await (typeof expected === "string" ? wanted.toContain(expected) : wanted.toMatch(expected));
  }
}
