/** The policy pack on the real engine: stacks that are right have nothing against them, and each rule refuses what it is there for. */
import { expect } from "chai";
import type { SidecarTlsTerminationArgs } from "../..";
import type { StackResult } from "../../lab/toolchain/stack";
import { external } from "../listeners";
import { cleanUp } from "./cleanUp";
import { type Declared, type DeclaredStack, declaredStack } from "./declaredStack";
import { describeMesh } from "./describeMesh";
import { kubectlFor } from "./kubectl";
import { certificates, group, guard, namespace, page, secret, secretName, secretResource } from "./policy/objects";
import { passed, policyPack, refused, withConfiguration } from "./policy/run";
import { type ProgramStack, programStack } from "./programStack";
import { newAuthority, type Pair } from "./traffic/certificates";

describeMesh("policy pack", (cluster) => {
    const later = cleanUp();
    let declared: DeclaredStack;
    let pair: Pair;

    before("a stack that declares its objects", async () => {
        declared = await declaredStack(cluster(), namespace);
        later(async () => {
            await declared.stack.mustRun("destroy");
            declared.forget();
        });
        pair = await newAuthority("policy");
    });

    function preview(...resources: readonly Declared[]): Promise<StackResult> {
        return declared.run("preview", resources, policyPack);
    }

    describe("lets pass", () => {
        let chain: ProgramStack<SidecarTlsTerminationArgs>;

        before("a stack of a chain", async () => {
            chain = await programStack(cluster(), "chain", namespace, { namespace });
            later(() => chain.remove());
        });

        const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };
        const chains: Readonly<Record<string, Partial<SidecarTlsTerminationArgs>>> = {
            "of mode MUTUAL": { workload },
            "of mode OPTIONAL_MUTUAL": { workload, listeners: external({ mode: "OPTIONAL_MUTUAL" }) },
            "of mode SIMPLE and protocol TLS": { workload, listeners: external({ mode: "SIMPLE", protocol: "TLS" }) },
            "with named clients": { workload, clients: [{ name: "alice" }] },
            "that is attached to pods of another stack": {
                existingWorkload: { selector: { app: "elsewhere" }, port: 80 },
            },
        };
        for (const [title, args] of Object.entries(chains)) {
            it(`a chain ${title}`, async function () {
                this.timeout("2m");
                chain.setArguments({ namespace, createNamespace: true, ...args });
                passed(await chain.stack.run("preview", policyPack));
            });
        }

        it("a chain while it is brought up, when all of it is known, and afterwards", async function () {
            this.timeout("5m");
            chain.setArguments({ namespace, createNamespace: true, workload });
            passed(await chain.stack.run("up", policyPack));
            const { exitCode, stdout, stderr } = await chain.stack.pulumi(["policy", "analyze", ...policyPack]);
            expect(exitCode, stdout + stderr).to.equal(0);
            expect(stdout + stderr).not.to.include("[advisory]");
        });

        it("Istio's page by hand, with the guard that it lacks and keys that are secrets", async function () {
            this.timeout("2m");
            passed(await preview(...certificates, group([...page, guard])));
        });
    });

    describe("refuses", () => {
        it("Istio's page as it is, which has no guard", async function () {
            this.timeout("2m");
            const { policyName, message } = refused(await preview(group(page)));
            expect(policyName).to.equal("port-without-mtls");
            expect(message).to.include("turns mTLS off on port 9080");
            expect(missing(message)).to.deep.equal(['Missing for Deployment "httpbin": a guard']);
        });

        it("Istio's page without its Sidecar", async function () {
            this.timeout("2m");
            const withoutSidecar = page.filter(({ kind }) => kind !== "Sidecar");
            const { policyName, message } = refused(await preview(group([...withoutSidecar, guard])));
            expect(policyName).to.equal("port-without-mtls");
            expect(missing(message)).to.deep.equal(['Missing for Deployment "httpbin": a Sidecar']);
        });

        it("a Sidecar that does not say whom it lets in", async function () {
            this.timeout("2m");
            const withoutMode = JSON.stringify([...page, guard]).replace('"mode":"MUTUAL",', "");
            const { policyName, message } = refused(await preview(group(JSON.parse(withoutMode) as object[])));
            expect(policyName).to.equal("sidecar-tls-mode");
            expect(message).to.include("spec.ingress[0].tls.mode: is not given, which Istio takes for PASSTHROUGH");
        });

        it("a private key in a ConfigMap", async function () {
            this.timeout("2m");
            const map = {
                name: "files",
                type: "kubernetes.core.v1.ConfigMap",
                args: {
                    metadata: { name: "files", namespace: "default" },
                    data: { "client.pem": { secret: pair.privateKeyPem } },
                },
            };
            const { policyName, message } = refused(await preview(map));
            expect(policyName).to.equal("private-key-outside-secret");
            expect(message).to.include('data["client.pem"]: holds a private key');
        });

        it("a private key in a manifest, which Pulumi would keep beside the Secret that it makes of it", async function () {
            this.timeout("3m");
            for (const operation of ["preview", "up"] as const) {
                const result = await declared.run(operation, [group([secret(pair.privateKeyPem)])], policyPack);
                const { policyName, message } = refused(result);
                expect(policyName).to.equal("private-key-in-plain-text");
                expect(message).to.include('objs[0].stringData["tls.key"]: is a private key in plain text');
                expect(message).not.to.include("BEGIN");
            }
            expect(await kubectlFor(cluster()).exists("secret", secretName)).to.equal(false);
            expect(await stateWithKey()).to.equal(false);
        });

        it("a stack that is there already, until its key is a secret", async function () {
            this.timeout("3m");
            const analyze = () => declared.stack.pulumi(["policy", "analyze", ...policyPack]);
            await declared.mustRun("up", [group([secret(pair.privateKeyPem)])]);
            expect(await stateWithKey()).to.equal(true);
            const { exitCode, stdout, stderr } = await analyze();
            expect(exitCode).not.to.equal(0);
            expect(stdout + stderr).to.include('objs[0].stringData["tls.key"]: is a private key in plain text');
            passed(await declared.run("up", [group([secret({ secret: pair.privateKeyPem })])], policyPack));
            expect(await stateWithKey()).to.equal(false);
            const repaired = await analyze();
            expect(repaired.exitCode, repaired.stdout + repaired.stderr).to.equal(0);
        });
    });

    it("knows that the data of a Secret are a Pulumi secret, also where the program gives them in plain text", async function () {
        this.timeout("2m");
        passed(await declared.run("up", [secretResource(pair.privateKeyPem)], policyPack));
        expect(await stateWithKey()).to.equal(false);
    });

    async function stateWithKey(): Promise<boolean> {
        return JSON.stringify(await declared.stack.export()).includes("PRIVATE KEY");
    }

    it("advises of certificates and selectors, or refuses them, or is silent, as it is told", async function () {
        this.timeout("4m");
        const certificate: Declared = {
            name: "certificate",
            type: "tls.SelfSignedCert",
            args: {
                privateKeyPem: { secret: pair.privateKeyPem },
                subject: { commonName: "httpbin" },
                allowedUses: ["server_auth"],
                validityPeriodHours: 17520,
            },
        };
        const misspelt = page.map((object) =>
            object.kind === "Service" ? { ...object, spec: { ...object.spec, selector: { app: "htpbin" } } } : object,
        );
        const resources = [certificate, group([...misspelt, guard])];
        const configured = (configuration: object) =>
            withConfiguration(configuration, (args) => declared.run("preview", resources, args));

        const advised = await preview(...resources);
        expect(advised.exitCode, advised.stderr).to.equal(0);
        const [lifetime, selector, ...further] = advised.policyViolations;
        expect(further).to.deep.equal([]);
        expect(lifetime).to.deep.include({ policyName: "certificate-lifetime", enforcementLevel: "advisory" });
        expect(lifetime!.message).to.include(
            "validityPeriodHours: 17520 hours are longer than maxValidityPeriodHours allows, 8760",
        );
        expect(selector).to.deep.include({ policyName: "selector-without-pods", enforcementLevel: "advisory" });
        expect(selector!.message).to.include('Service "httpbin" selects {"app":"htpbin"}, and finds none of the pods');

        const longer = { "certificate-lifetime": { maxValidityPeriodHours: 17520 } };
        const strict = await configured({ ...longer, "selector-without-pods": "mandatory" });
        expect(refused(strict).policyName).to.equal("selector-without-pods");
        passed(await configured({ ...longer, "selector-without-pods": "disabled" }));
    });
});

function missing(message: string): string[] {
    return message.match(/Missing for .*?: a \w+/g) ?? [];
}
