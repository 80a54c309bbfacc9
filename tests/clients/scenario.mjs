import { createHmac } from 'node:crypto';

// What the scripts of the node clients share. A script is run as `node SCRIPT SCENARIO`, gets the facts
// (address, ids, names, passwords) as JSON on standard input, and prints what happened as JSON.

export const facts = JSON.parse(await new Response(process.stdin).text());

// Runs the scenario that the command line names, and ends: Amplify leaves timers of minutes behind.
export async function run(scenarios) {
  const scenario = scenarios[process.argv[2]];
  if (!scenario) throw new Error(`There is no scenario ${process.argv[2]}.`);
  const printed = JSON.stringify(await scenario(facts));
  process.stdout.write(printed, () => process.exit(0));
}

// The error with which the call is refused. Throws when it is not.
export async function refusal(call) {
  let result;
  try {
    result = await call();
  } catch (error) {
    return { name: error.name, message: error.message };
  }
  throw new Error(`This should have been refused: ${JSON.stringify(result)}`);
}

// The newest code that was sent to an address, from the inbox of `poolhouse dev`.
export async function sentCode(to, purpose) {
  const query = new URLSearchParams({ user_pool_id: facts.userPoolId, to });
  for (let tries = 0; tries < 100; tries += 1) {
    const messages = await (await fetch(`${facts.endpoint}/_dev/messages?${query}`)).json();
    const found = messages.filter((message) => message.purpose === purpose).at(-1);
    if (found) return found.code;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`No ${purpose} code came for ${to}.`);
}

// What an authenticator app shows (RFC 6238) `steps` half minutes from now, for a secret in base32.
export function appCode(secret, steps = 0) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  const key = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

export const wrongCode = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
