/** The scripts of a connectivity check, run by the shells of this machine with a scripted curl and no pauses. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import type { Expectation, Transport } from "../../../components/connectivity/expectations";
import { meshScript, outsideScript } from "../../../components/connectivity/script";

interface Ran {
    readonly exitCode: number | undefined;
    readonly log: string;
    /** The termination message of the container. */
    readonly message: string;
    /** The command lines of curl, one a line. */
    readonly curls: string;
}

const expectation = (isAdmitted: boolean, transport: Transport = "http", subject = "a client"): Expectation => ({
    subject,
    isAdmitted,
    transport,
    curl: ["http://shop/it's/*"],
    advice: "check it",
});

const istiods = { namespace: "istio-system", revisions: ["default"] };

/** sh is dash on Debian; the check's image has BusyBox's shell. */
const shells = [["sh"], ["bash", "--posix"]];

for (const [shell, ...options] of shells) {
    describe(`the connectivity check's script in ${shell}`, () => {
        let folder: string;

        beforeEach(() => {
            folder = mkdtempSync(join(tmpdir(), "connectivity-script-"));
        });

        afterEach(() => {
            rmSync(folder, { recursive: true });
        });

        /** `answers` are cases of the shell on the last argument of curl. */
        async function run(script: string, answers: string): Promise<Ran> {
            const curl = join(folder, "curl");
            const said = join(folder, "said");
            const message = join(folder, "message");
            const counter = `n=$(grep -c . ${said})`;
            writeFileSync(
                curl,
                `#!/bin/sh\necho "$*" >> ${said}\n${counter}\nfor last; do :; done\ncase $last in\n${answers}\nesac\n`,
            );
            // The script's pauses are for real answers.
            const sleep = join(folder, "sleep");
            writeFileSync(sleep, "#!/bin/sh\n");
            for (const command of [curl, sleep]) {
                chmodSync(command, 0o755);
            }
            writeFileSync(join(folder, "token"), "the token");
            const local = script
                .replaceAll("/dev/termination-log", message)
                .replaceAll("/var/run/secrets/kubernetes.io/serviceaccount", folder);
            const path = `${folder}:${process.env["PATH"]!}`;
            const { exitCode, stdout, stderr } = await execa(shell!, [...options, "-c", local], {
                env: { PATH: path },
                reject: false,
            });
            expect(stderr).to.equal("");
            return {
                exitCode,
                log: stdout,
                message: existsSync(message) ? readFileSync(message, "utf8") : "",
                curls: existsSync(said) ? readFileSync(said, "utf8") : "",
            };
        }

        /** One answer to everything, as curl's --write-out prints it. */
        const always = (answer: string) => `*) echo "${answer}" ;;`;

        const ran = (isAdmitted: boolean, transport: Transport, answer: string) =>
            run(outsideScript([expectation(isAdmitted, transport)], 0, istiods), always(answer));

        for (const [answer, transport, isAdmitted, shown] of [
            ["200 0 12 0.1 0.2", "http", true, "HTTP 200"],
            ["404 0 12 0.1 0.2", "http", true, "HTTP 404"],
            ["403 0 12 0.1 0.2", "http", false, "HTTP 403"],
            ["503 0 12 0.1 0.2", "http", false, "HTTP 503"],
            ["000 56 0 0.1 0.0 Recv failure: * reset", "http", false, "curl 56: Recv failure: * reset"],
            ["000 28 0 0.1 0.2 Timeout", "http", false, "curl 28: Timeout"],
            ["000 0 7 0.1 0.2", "tls", true, "7 bytes"],
            ["000 28 0 0.1 0.200000", "tls", true, "the connection stayed open"],
            ["000 28 0 0.1 0.000000", "tls", false, "curl 28"],
            ["000 0 0 0.1 0.2", "tls", false, "the connection was closed"],
            ["000 28 0 0.100000 0.000000", "tcp", true, "the connection stayed open"],
            ["000 28 0 0.000000 0.000000", "mesh-tcp", false, "curl 28"],
            ["", "http", false, "curl none"],
        ] as const) {
            const outcome = isAdmitted ? "admitted" : "denied";
            it(`counts ${JSON.stringify(answer)} over ${transport} as ${outcome}`, async () => {
                const admitted = await ran(true, transport, answer);
                expect(admitted.log).to.equal(
                    isAdmitted
                        ? `ok    a client is admitted (${shown})`
                        : `FAIL  a client was not admitted within 0 s (${shown}): check it`,
                );
                expect(admitted.exitCode).to.equal(isAdmitted ? 0 : 1);
                expect(admitted.message).to.equal(isAdmitted ? "" : admitted.log.replace("FAIL  ", ""));
                const denied = await ran(false, transport, answer);
                expect(denied.log).to.equal(
                    isAdmitted
                        ? `FAIL  a client was answered (${shown}), but must be denied: check it`
                        : `ok    a client is denied (${shown})`,
                );
                expect(denied.exitCode).to.equal(isAdmitted ? 1 : 0);
            });
        }

        it("retries an expectation until it is met", async () => {
            const comes = await run(
                outsideScript([expectation(true)], 20, istiods),
                '*) [ "$n" -lt 3 ] && echo "503 0 0 0.1 0.2" || echo "200 0 0 0.1 0.2" ;;',
            );
            expect(comes.log).to.equal("ok    a client is admitted (HTTP 200)");
            const goes = await run(
                outsideScript([expectation(false)], 20, istiods),
                '*) [ "$n" = 2 ] && echo "200 0 0 0.1 0.2" || echo "403 0 0 0.1 0.2" ;;',
            );
            expect(goes.log).to.equal("ok    a client is denied (HTTP 403)");
        });

        it("counts a client as denied only after three denials in a row", async () => {
            const { curls } = await run(
                outsideScript([expectation(false)], 20, istiods),
                '*) [ "$n" = 2 ] && echo "200 0 0 0.1 0.2" || echo "403 0 0 0.1 0.2" ;;',
            );
            expect(curls.trim().split("\n")).to.have.length.at.least(5);
        });

        it("tests every expectation, reports every failure, and prints the same advice once", async () => {
            const all = [
                expectation(true, "http", "one"),
                expectation(false, "http", "two"),
                expectation(true, "http", "three"),
                { ...expectation(true, "http", "four"), advice: "check elsewhere" },
            ];
            const { log, message, exitCode } = await run(outsideScript(all, 0, istiods), always("403 0 0 0.1 0.2"));
            expect(message.split("\n")).to.deep.equal([
                "one was not admitted within 0 s (HTTP 403): check it",
                "three was not admitted within 0 s (HTTP 403)",
                "four was not admitted within 0 s (HTTP 403): check elsewhere",
            ]);
            expect(log).to.include("ok    two is denied (HTTP 403)");
            expect(exitCode).to.equal(1);
        });

        it("passes every argument to curl unchanged", async () => {
            const { curls } = await run(outsideScript([expectation(true)], 0, istiods), always("200 0 0 0.1 0.2"));
            expect(curls.trim()).to.match(/ http:\/\/shop\/it's\/\*$/);
        });

        describe("after a failure", () => {
            const flag = "ENABLE_TLS_ON_SIDECAR_INGRESS";
            const failing = outsideScript([expectation(true)], 0, istiods);
            const withDeployment = (text: string) =>
                `https://kubernetes*) cat <<'END'\n${text}\nEND\n;;\n${always("403 0 0 0.1 0.2")}`;
            const entry = (rest: string) => `{"env":[{"name":"A","value":"1"},{"name":"${flag}"${rest}},{"name":"B"}]}`;

            for (const [rest, shown] of [
                [',"value":"false"', "=false"],
                [',"value":"no"', "=no"],
                ["", "="],
            ] as const) {
                it(`reports the entry ${flag}${shown} in istiod's own env`, async () => {
                    const { message, curls } = await run(failing, withDeployment(entry(rest)));
                    expect(message.split("\n")[1]).to.equal(
                        `Deployment istiod in namespace istio-system sets ${flag}${shown} in its own env: this entry ` +
                            `overrides the feature flag; remove it: kubectl -n istio-system set env deployment/istiod ${flag}-`,
                    );
                    expect(curls).to.include("/namespaces/istio-system/deployments/istiod?pretty=false");
                    expect(curls).not.to.include("the token");
                });
            }

            for (const [what, answer] of [
                ["an entry that sets the flag", entry(',"value":"true"')],
                ["an entry with valueFrom", entry(',"valueFrom":{"configMapKeyRef":{"name":"x"}}')],
                ["a Deployment without an entry", '{"env":[{"name":"A","value":"false"}]}'],
                ["a Deployment that it may not read", '{"kind":"Status","code":403}'],
                ["the fields of another manager", `{"managedFields":[{"k:{\\"name\\":\\"${flag}\\"}":{}}]}`],
            ] as const) {
                it(`reports nothing about ${what}`, async () => {
                    const { message } = await run(failing, withDeployment(answer));
                    expect(message.split("\n")).to.have.length(1);
                });
            }
        });

        it("does not read istiod's Deployment without a failure", async () => {
            const { curls } = await run(outsideScript([expectation(true)], 0, istiods), always("200 0 0 0.1 0.2"));
            expect(curls).not.to.include("kubernetes.default");
        });

        it("in the mesh waits for its sidecar, and stops it whatever the result is", async () => {
            const ready = '*/healthz/ready) [ "$n" -gt 1 ] ;;\n*/quitquitquit) ;;';
            for (const [answer, ended] of [
                ["200 0 0 0.1 0.2", 0],
                ["403 0 0 0.1 0.2", 1],
            ] as const) {
                rmSync(join(folder, "said"), { force: true });
                const { curls, exitCode } = await run(
                    meshScript([expectation(true)], 0),
                    `${ready}\n${always(answer)}`,
                );
                const lines = curls.trim().split("\n");
                expect(lines[1]).to.match(/http:\/\/localhost:15021\/healthz\/ready$/);
                expect(lines.at(-1)).to.match(/--request POST http:\/\/localhost:15020\/quitquitquit$/);
                expect(exitCode).to.equal(ended);
            }
        });
    });
}
