// What the scripts of the node clients share. A script is run as `node SCRIPT SCENARIO`, gets the facts
// (address, ids, names, passwords) as JSON on standard input, and prints what happened as JSON.

export const facts = JSON.parse(await new Response(process.stdin).text());

// Runs the scenario that the command line names.
export async function run(scenarios) {
  const scenario = scenarios[process.argv[2]];
  if (!scenario) throw new Error(`There is no scenario ${process.argv[2]}.`);
  process.stdout.write(JSON.stringify(await scenario(facts)));
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

export const wrongCode = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
