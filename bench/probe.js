/**
 * Sends requests with a client certificate, each on a new connection, until one is answered with 200. Arguments: the address, and a
 * folder with ca.crt, client.crt and client.key. Prints how many attempts failed before.
 */
const { readFileSync } = require("node:fs");
const https = require("node:https");
const { join } = require("node:path");
const { setTimeout: delay } = require("node:timers/promises");

const [address, folder] = process.argv.slice(2);
const read = (file) => readFileSync(join(folder, file));
const options = {
    host: address,
    port: 8443,
    path: "/status/200",
    servername: "httpbin.test.svc.cluster.local",
    ca: read("ca.crt"),
    cert: read("client.crt"),
    key: read("client.key"),
    agent: false,
    timeout: 1000,
    // The certificates of the Istio task have no SAN, by which alone Node.js identifies a server.
    checkServerIdentity: () => undefined,
};

function attempt() {
    return new Promise((resolve) => {
        const request = https.get(options, (response) => {
            response.resume();
            response.once("end", () => resolve(response.statusCode));
        });
        request.once("timeout", () => request.destroy(new Error("timeout")));
        request.once("error", (error) => resolve(error.message));
    });
}

async function main() {
    const until = Date.now() + 60_000;
    for (let failures = 0; ; failures++) {
        const seen = await attempt();
        if (seen === 200) {
            console.log(failures);
            return;
        }
        if (Date.now() > until) {
            throw new Error(`no 200 within 60 s; last saw ${seen}`);
        }
        await delay(20);
    }
}

main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
