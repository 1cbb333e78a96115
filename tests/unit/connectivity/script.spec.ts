/** The script of a connectivity check, run by this machine's shell with a curl that answers as it is told. */
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
    /** What Kubernetes would know of the container's end. */
    readonly message: string;
    /** The command lines of curl, one a line. */
    readonly curls: string;
}

const expectation = (isLetIn: boolean, probe: Transport = "http", subject = "somebody"): Expectation => ({
    subject,
    isLetIn,
    probe,
    curl: ["http://shop/it's/*"],
    advice: "look at it",
});

const istiods = { namespace: "istio-system", revisions: ["default"] };

describe("connectivity script", () => {
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
        chmodSync(curl, 0o755);
        writeFileSync(join(folder, "token"), "the token");
        const local = script
            .replaceAll("/dev/termination-log", message)
            .replaceAll("/var/run/secrets/kubernetes.io/serviceaccount", folder);
        const path = `${folder}:${process.env["PATH"]!}`;
        const { exitCode, stdout } = await execa("sh", ["-c", local], { env: { PATH: path }, reject: false });
        return {
            exitCode,
            log: stdout,
            message: existsSync(message) ? readFileSync(message, "utf8") : "",
            curls: existsSync(said) ? readFileSync(said, "utf8") : "",
        };
    }

    /** One answer to everything, in the words of curl's --write-out. */
    const always = (answer: string) => `*) echo "${answer}" ;;`;

    const ran = (isLetIn: boolean, probe: Transport, answer: string) =>
        run(outsideScript([expectation(isLetIn, probe)], 0, istiods), always(answer));

    for (const [answer, probe, isIn, shown] of [
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
        it(`takes ${JSON.stringify(answer)} of ${probe} for ${isIn ? "in" : "out"}`, async () => {
            const letIn = await ran(true, probe, answer);
            expect(letIn.log).to.equal(
                isIn
                    ? `ok    somebody is let in (${shown})`
                    : `FAIL  somebody was not let in within 0 s (${shown}): look at it`,
            );
            expect(letIn.exitCode).to.equal(isIn ? 0 : 1);
            expect(letIn.message).to.equal(isIn ? "" : letIn.log.replace("FAIL  ", ""));
            const keptOut = await ran(false, probe, answer);
            expect(keptOut.log).to.equal(
                isIn
                    ? `FAIL  somebody was answered (${shown}), and must not be: look at it`
                    : `ok    somebody is kept out (${shown})`,
            );
            expect(keptOut.exitCode).to.equal(isIn ? 1 : 0);
        });
    }

    it("waits for what takes a while to come true", async () => {
        const comes = await run(
            outsideScript([expectation(true)], 20, istiods),
            '*) [ "$n" -lt 3 ] && echo "503 0 0 0.1 0.2" || echo "200 0 0 0.1 0.2" ;;',
        );
        expect(comes.log).to.equal("ok    somebody is let in (HTTP 200)");
        const goes = await run(
            outsideScript([expectation(false)], 20, istiods),
            '*) [ "$n" = 2 ] && echo "200 0 0 0.1 0.2" || echo "403 0 0 0.1 0.2" ;;',
        );
        expect(goes.log).to.equal("ok    somebody is kept out (HTTP 403)");
    });

    it("keeps out only who is kept out several times in a row", async () => {
        const { curls } = await run(
            outsideScript([expectation(false)], 20, istiods),
            '*) [ "$n" = 2 ] && echo "200 0 0 0.1 0.2" || echo "403 0 0 0.1 0.2" ;;',
        );
        expect(curls.trim().split("\n")).to.have.length.at.least(5);
    });

    it("tries everything, says all that fails, and gives an advice once", async () => {
        const all = [
            expectation(true, "http", "one"),
            expectation(false, "http", "two"),
            expectation(true, "http", "three"),
            { ...expectation(true, "http", "four"), advice: "look elsewhere" },
        ];
        const { log, message, exitCode } = await run(outsideScript(all, 0, istiods), always("403 0 0 0.1 0.2"));
        expect(message.split("\n")).to.deep.equal([
            "one was not let in within 0 s (HTTP 403): look at it",
            "three was not let in within 0 s (HTTP 403)",
            "four was not let in within 0 s (HTTP 403): look elsewhere",
        ]);
        expect(log).to.include("ok    two is kept out (HTTP 403)");
        expect(exitCode).to.equal(1);
    });

    it("hands every argument to curl as it is", async () => {
        const { curls } = await run(outsideScript([expectation(true)], 0, istiods), always("200 0 0 0.1 0.2"));
        expect(curls.trim()).to.match(/ http:\/\/shop\/it's\/\*$/);
    });

    describe("when something failed", () => {
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
            it(`names the entry ${flag}${shown} in istiod's own environment`, async () => {
                const { message, curls } = await run(failing, withDeployment(entry(rest)));
                expect(message.split("\n")[1]).to.equal(
                    `Deployment istiod in namespace istio-system has ${flag}${shown} in its own env: it wins over the flag ` +
                        `that is set here; take it away: kubectl -n istio-system set env deployment/istiod ${flag}-`,
                );
                expect(curls).to.include("/namespaces/istio-system/deployments/istiod?pretty=false");
                expect(curls).not.to.include("the token");
            });
        }

        for (const [what, answer] of [
            ["an entry that agrees", entry(',"value":"true"')],
            ["an entry from elsewhere", entry(',"valueFrom":{"configMapKeyRef":{"name":"x"}}')],
            ["no entry", '{"env":[{"name":"A","value":"false"}]}'],
            ["no right to look", '{"kind":"Status","code":403}'],
            ["a patch by others", `{"managedFields":[{"k:{\\"name\\":\\"${flag}\\"}":{}}]}`],
        ] as const) {
            it(`is silent about ${what}`, async () => {
                const { message } = await run(failing, withDeployment(answer));
                expect(message.split("\n")).to.have.length(1);
            });
        }
    });

    it("looks at no istiod where nothing failed", async () => {
        const { curls } = await run(outsideScript([expectation(true)], 0, istiods), always("200 0 0 0.1 0.2"));
        expect(curls).not.to.include("kubernetes.default");
    });

    it("in the mesh waits for its sidecar, and ends it whatever came of it", async () => {
        const ready = '*/healthz/ready) [ "$n" -gt 1 ] ;;\n*/quitquitquit) ;;';
        for (const [answer, ended] of [
            ["200 0 0 0.1 0.2", 0],
            ["403 0 0 0.1 0.2", 1],
        ] as const) {
            rmSync(join(folder, "said"), { force: true });
            const { curls, exitCode } = await run(meshScript([expectation(true)], 0), `${ready}\n${always(answer)}`);
            const lines = curls.trim().split("\n");
            expect(lines[1]).to.match(/http:\/\/localhost:15021\/healthz\/ready$/);
            expect(lines.at(-1)).to.match(/--request POST http:\/\/localhost:15020\/quitquitquit$/);
            expect(exitCode).to.equal(ended);
        }
    });
});
