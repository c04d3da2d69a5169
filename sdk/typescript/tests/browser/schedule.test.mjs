/** The example app against a running system with the demo catalog, as a person sees it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { add, Cable, killGateway, newUser, open, stored } from "./app.mjs";

/** Sections of the demo catalog's next term; the first and the last are at the same time. */
const PROGRAMMING = 20001;
const DATA_STRUCTURES = 20004;
const MACROECONOMICS = 20033;

let app;
before(async () => {
  app = await open();
});
after(() => app?.close());

test("it signs in and shows the schedule", async () => {
  const user = newUser();
  await add(user, PROGRAMMING);
  const tab = await app.tab(await app.window(), user);
  await tab.shows(PROGRAMMING);
  assert.match(await tab.entry(PROGRAMMING).innerText(), /Introduction to Programming/);
});

test("a token of somebody else's is not accepted", async () => {
  const { token } = newUser();
  const tab = await app.tab(await app.window(), { token: `${token.slice(0, -8)}AAAAAAAA` });
  await tab.alert.filter({ hasText: "does not accept this token" }).waitFor();
});

test("an added section is there before the gateway has answered", async () => {
  const [user, cable] = [newUser(), new Cable()];
  const tab = await app.tab(await app.window(), user, cable);
  await tab.find("Introduction to Programming", PROGRAMMING);
  cable.hold();
  await tab.add(PROGRAMMING);
  await tab.entry(PROGRAMMING).and(tab.page.locator("[aria-busy=true]")).waitFor();
  cable.release();
  await tab.shows(PROGRAMMING);
});

test("a section that takes another's time is gone again, with the reason", async () => {
  const user = newUser();
  await add(user, PROGRAMMING);
  const tab = await app.tab(await app.window(), user);
  await tab.shows(PROGRAMMING);
  await tab.find("Macroeconomics", MACROECONOMICS);
  await tab.add(MACROECONOMICS);
  await tab.alert.filter({ hasText: `It takes the time of ${PROGRAMMING}.` }).waitFor();
  await tab.shows(PROGRAMMING);
});

test("what one tab adds and removes, another shows", async () => {
  const [user, window] = [newUser(), await app.window()];
  const [first, second] = [await app.tab(window, user), await app.tab(window, user)];
  await first.find("Introduction to Programming", PROGRAMMING);
  await first.add(PROGRAMMING);
  await second.shows(PROGRAMMING);
  await second.remove(PROGRAMMING);
  await first.shows();
});

test("without a gateway it shows what it knows; what was added meanwhile is added once", async () => {
  const user = newUser();
  await add(user, PROGRAMMING);
  const tab = await app.tab(await app.window(), user);
  await tab.shows(PROGRAMMING);
  await tab.find("Data Structures", DATA_STRUCTURES);

  killGateway();
  await tab.status.filter({ hasText: "reconnecting" }).waitFor();
  await tab.add(DATA_STRUCTURES);
  await tab.entry(DATA_STRUCTURES).waitFor();

  await tab.shows(PROGRAMMING, DATA_STRUCTURES);
  assert.deepEqual(await stored(user), [PROGRAMMING, DATA_STRUCTURES]);
  assert.deepEqual([tab.reloads, await tab.alert.count()], [0, 0]);
});

test("an add whose answer is lost with the gateway happens once", async () => {
  const [user, cable] = [newUser(), new Cable()];
  const tab = await app.tab(await app.window(), user, cable);
  await tab.find("Introduction to Programming", PROGRAMMING);

  const lost = cable.loseNextAnswer();
  await tab.add(PROGRAMMING);
  await lost;
  assert.equal(await tab.entry(PROGRAMMING).getAttribute("aria-busy"), "true");
  killGateway();

  await tab.shows(PROGRAMMING);
  assert.deepEqual(await stored(user), [PROGRAMMING]);
  assert.deepEqual([tab.reloads, await tab.alert.count()], [0, 0]);
});
