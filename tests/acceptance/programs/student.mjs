// A page of an application: watches a list and adds to it, whatever happens to its connection.
//
//     node student.mjs '{"url": …, "channel": …, "count": 20, "delayMs": 0, "token": …, "action": true}'
//
// It says {"ready": true} with its first result, and at the end what it has seen, as one line of JSON each.
import { ConvexClient } from "convex/browser";
import { makeFunctionReference as fn } from "convex/server";

const { url, channel, name = "x", count = 5, delayMs = 0, parallel = false, token = null, action = false } =
  JSON.parse(process.argv[2]);
const say = (value) => console.log(JSON.stringify(value));
const problems = [];
process.on("uncaughtException", (error) => problems.push(String(error)));

const client = new ConvexClient(url, { logger: false, unsavedChangesWarning: false });
if (token) client.setAuth(async () => token);
let seen = null;
const ready = new Promise((resolve) =>
  client.onUpdate(fn("acceptance:list"), { channel }, (rows) => {
    const now = rows.map((row) => row.body);
    for (const body of seen ?? []) if (!now.includes(body)) problems.push(`${body} vanished`);
    if (new Set(now).size !== now.length) problems.push(`twice: ${now}`);
    seen = now;
    resolve();
  }, (error) => problems.push(String(error))));

async function add(at) {
  const body = `${name}${at}`;
  await client.mutation(fn("acceptance:send"), { channel, body, delayMs });
  if (seen && !seen.includes(body)) problems.push(`${body} is done, but not seen`);
}

async function act() {
  for (;;)
    try {
      return await client.action(fn("acceptance:act"), { x: "x" });
    } catch (error) {
      // what an action did is not known when its connection is lost, so the client never repeats it
      if (!/Connection lost/.test(String(error))) throw error;
    }
}

await ready;
say({ ready: true });
if (action) await act();
const numbers = [...Array(count).keys()];
if (parallel) await Promise.all(numbers.map(add));
else for (const at of numbers) await add(at);
say({ seen, problems, connections: client.client.connectionState().connectionCount });
await client.close();
process.exit(0);
