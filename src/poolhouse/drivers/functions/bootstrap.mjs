// Runs a Node function: `node bootstrap.mjs handler.mjs`. It speaks the Lambda Runtime API (2018-06-01).
//
// A handler is async, or calls back: `handler(event, context, callback)`.

import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { env } = process;
const [host, secret] = env.AWS_LAMBDA_RUNTIME_API.split("/");
const [hostname, port] = host.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** One request to the Runtime API; gives its headers and its body. */
function call(method, what, body = "") {
  const options = {
    agent, hostname, port, method,
    path: `/${secret}/2018-06-01/runtime/${what}`,
    headers: { "Content-Length": Buffer.byteLength(body) },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function told(error) {
  const known = error instanceof Error;
  return JSON.stringify({
    errorType: known ? error.name : typeof error,
    errorMessage: known ? error.message : String(error),
    trace: known && error.stack ? error.stack.split("\n") : [],
  });
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** What the handler gives, however it gives it. */
function answerOf(handler, event, context) {
  return new Promise((resolve, reject) => {
    const back = (error, result) => (error ? reject(error) : resolve(result));
    const given = handler(event, { ...context, done: back, succeed: resolve, fail: reject }, back);
    if (typeof given?.then === "function") given.then(resolve, reject);
    else if (handler.length < 3) resolve(given);
  });
}

async function load(file) {
  try {
    const { handler } = await import(pathToFileURL(path.join(env.LAMBDA_TASK_ROOT, file)).href);
    if (typeof handler === "function") return handler;
    const missing = new Error(`${file} exports no function named handler`);
    missing.name = "Runtime.HandlerNotFound";
    throw missing;
  } catch (error) {
    console.error(error);
    await call("POST", "init/error", told(error));
    process.exit(1);
  }
}

let requestId = "";

/** What nobody caught: the call in progress fails with it, and the process ends. */
async function end(error) {
  console.error(error);
  if (requestId) await call("POST", `invocation/${requestId}/error`, told(error)).catch(() => {});
  process.exit(129);
}

process.on("uncaughtException", end);
process.on("unhandledRejection", end);

const handler = await load(process.argv[2]);
for (;;) {
  const { headers, body } = await call("GET", "invocation/next");
  requestId = headers["lambda-runtime-aws-request-id"];
  if (!requestId) process.exit(0); // the server has closed this path
  let what = "response";
  let answer;
  try {
    answer = JSON.stringify((await answerOf(handler, JSON.parse(body), contextOf(headers))) ?? null);
  } catch (error) {
    console.error(error);
    [what, answer] = ["error", told(error)];
  }
  const url = `invocation/${requestId}/${what}`;
  requestId = "";
  await call("POST", url, answer);
}
