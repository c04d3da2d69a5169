/** The example app, built and served, in a browser of this machine; and the system that it talks to. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConvexHttpClient } from "convex/browser";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { api } from "../../convex/_generated/api.js";

const { ALBERTPLUS_RUN_FILE, ALBERTPLUS_TOKENS, CHROMIUM } = process.env;
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The running system's run.json: addresses, and processes by name. */
export const system = () => JSON.parse(readFileSync(ALBERTPLUS_RUN_FILE, "utf8"));
const tokens = Object.entries(JSON.parse(ALBERTPLUS_TOKENS));

/** A user that no other test has. */
export function newUser() {
  const [name, token] = tokens.shift() ?? assert.fail("no token is left");
  return { name, token };
}

/** Kills the gateway without a warning; what started the system starts it again. */
export function killGateway() {
  const { pid } = JSON.parse(readFileSync(join(system().home, "ready", "gateway.json"), "utf8"));
  process.kill(pid, "SIGKILL");
}

/** The class numbers in a user's schedule, by HTTP: what is really stored. */
export async function stored({ token }) {
  const schedule = await client(token).query(api.userCourseOfferings.getUserCourseOfferings, {});
  return schedule.map((entry) => entry.classNumber);
}

/** Adds a section to a user's schedule, by HTTP. */
export function add({ token }, classNumber) {
  return client(token).mutation(api.userCourseOfferings.addUserCourseOffering, { classNumber });
}

function client(token) {
  const opened = new ConvexHttpClient(system().gateway.http);
  opened.setAuth(token);
  return opened;
}

/** Builds the app and starts its server and a browser. */
export async function open() {
  const root = fileURLToPath(new URL("../../example", import.meta.url));
  await build({ root, logLevel: "warn" });
  const server = await preview({ root, preview: { host: "127.0.0.1", port: 0 }, logLevel: "warn" });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  return {
    /** A window in which nobody is signed in. */
    async window() {
      const context = await browser.newContext();
      context.setDefaultTimeout(30_000);
      return context;
    },
    /** A page of a window; `cable`, if given, is its connection to the gateway. */
    async tab(context, { token }, cable) {
      const page = await context.newPage();
      await cable?.through(page);
      await page.goto(server.resolvedUrls.local[0]);
      await page.getByLabel("Gateway").fill(system().gateway.http);
      await page.getByLabel("Token").fill(token);
      await page.getByRole("button", { name: "Sign in" }).click();
      return new Tab(page);
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** What a person sees of the app, and does. */
class Tab {
  reloads = 0;

  constructor(page) {
    this.page = page;
    page.on("load", () => this.reloads++);
    this.schedule = page.getByRole("region", { name: "Schedule" }).getByRole("listitem");
    this.found = page.getByRole("region", { name: "Search" }).getByRole("listitem");
    this.status = page.getByRole("status");
    this.alert = page.getByRole("alert");
  }

  /** The line of the schedule that shows a section. */
  entry = (classNumber) => this.schedule.filter({ hasText: String(classNumber) });

  /** Waits until the schedule shows these sections, all of them confirmed, and no other. */
  async shows(...classNumbers) {
    for (const each of classNumbers) {
      await this.entry(each).and(this.page.locator("[aria-busy=false]")).waitFor();
    }
    await this.page.waitForFunction(
      (count) => document.querySelectorAll("[aria-label=Schedule] li").length === count,
      classNumbers.length,
    );
  }

  /** Searches until a section is among what is found. */
  async find(query, classNumber) {
    await this.page.getByPlaceholder("Title or course code").fill(query);
    await this.found.filter({ hasText: String(classNumber) }).waitFor();
  }

  add = (classNumber) => {
    const section = this.found.filter({ hasText: String(classNumber) });
    return section.getByRole("button", { name: "Add" }).click();
  };

  remove = (classNumber) => this.entry(classNumber).getByRole("button", { name: "Remove" }).click();
}

/** A tab's connection to the gateway, of which messages from the gateway can be held back or lost. */
export class Cable {
  #held = [];
  #state = "open";
  #lost;

  /** Keeps what the gateway says until `release`. */
  hold() {
    this.#state = "held";
  }

  release() {
    this.#state = "open";
    for (const send of this.#held.splice(0)) send();
  }

  /** Loses the gateway's answer to the next mutation and all after it; resolves when that answer came. */
  loseNextAnswer() {
    this.#state = "losing";
    return new Promise((resolve) => {
      this.#lost = resolve;
    });
  }

  async through(page) {
    await page.routeWebSocket(/\/sync$/, (tab) => {
      const gateway = tab.connectToServer();
      let cut = false;
      gateway.onMessage((message) => {
        if (this.#state === "losing" && JSON.parse(message).type === "MutationResponse") {
          this.#state = "open";
          cut = true;
          this.#lost();
        }
        const send = () => tab.send(message);
        if (this.#state === "held") this.#held.push(send);
        else if (!cut) send();
      });
    });
  }
}
