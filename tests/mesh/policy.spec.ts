/** The policy pack on the real engine: correct stacks violate no policy, and each policy reports its violation. */
import { expect } from "chai";
import type { SidecarTlsTerminationArgs } from "../..";
import type { StackResult } from "../../lab/toolchain/stack";
import { external } from "../listeners";
import { cleanUp } from "./cleanUp";
import { type Declared, type DeclaredStack, declaredStack } from "./declaredStack";
import { describeMesh } from "./describeMesh";
import { kubectlFor } from "./kubectl";
import {
    certificates,
    configGroup,
    guard,
    namespace,
    secretName,
    secretResource,
    secretSpec,
    taskManifests,
} from "./policy/objects";
import { expectNoViolation, expectViolation, policyPack, withConfiguration } from "./policy/run";
import { type ProgramStack, programStack } from "./programStack";
import { newAuthority, type Pair } from "./traffic/certificates";

describeMesh("policy pack", (cluster) => {
    const later = cleanUp();
    let declared: DeclaredStack;
    let pair: Pair;

    before("create a stack that declares its objects", async () => {
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

    describe("reports no violation of", () => {
        let component: ProgramStack<SidecarTlsTerminationArgs>;

        before("create a stack with the component", async () => {
            component = await programStack(cluster(), "chain", namespace, { namespace });
            later(() => component.remove());
        });

        const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };
        const components: Readonly<Record<string, Partial<SidecarTlsTerminationArgs>>> = {
            "of mode MUTUAL": { workload },
            "of mode OPTIONAL_MUTUAL": { workload, listeners: external({ mode: "OPTIONAL_MUTUAL" }) },
            "of mode SIMPLE and protocol TLS": { workload, listeners: external({ mode: "SIMPLE", protocol: "TLS" }) },
            "with named clients": { workload, clients: [{ name: "alice" }] },
            "attached to pods of another stack": {
                existingWorkload: { selector: { app: "elsewhere" }, port: 80 },
            },
        };
        for (const [title, args] of Object.entries(components)) {
            it(`a component ${title}`, async function () {
                this.timeout("2m");
                component.setArguments({ namespace, createNamespace: true, ...args });
                expectNoViolation(await component.stack.run("preview", policyPack));
            });
        }

        it("a component during an update, when all values are known, and afterwards", async function () {
            this.timeout("5m");
            component.setArguments({ namespace, createNamespace: true, workload });
            expectNoViolation(await component.stack.run("up", policyPack));
            const { exitCode, stdout, stderr } = await component.stack.pulumi(["policy", "analyze", ...policyPack]);
            expect(exitCode, stdout + stderr).to.equal(0);
            expect(stdout + stderr).not.to.include("[advisory]");
        });

        it("the manifests of the Istio task, with the guard that they lack and keys that are secrets", async function () {
            this.timeout("2m");
            expectNoViolation(await preview(...certificates, configGroup([...taskManifests, guard])));
        });
    });

    describe("reports", () => {
        const inPlaintext =
            'ConfigGroup "manifests" holds a private key in plaintext in objs[0].stringData["tls.key"].';

        it("the manifests of the Istio task, which have no guard", async function () {
            this.timeout("2m");
            const { policyName, message } = expectViolation(await preview(configGroup(taskManifests)));
            expect(policyName).to.equal("port-without-mtls");
            expect(message).to.include("disables mTLS on port 9080");
            expect(findMissing(message)).to.deep.equal(['Missing for Deployment "httpbin": a guard']);
        });

        it("the manifests of the Istio task without the Sidecar", async function () {
            this.timeout("2m");
            const withoutSidecar = taskManifests.filter(({ kind }) => kind !== "Sidecar");
            const { policyName, message } = expectViolation(await preview(configGroup([...withoutSidecar, guard])));
            expect(policyName).to.equal("port-without-mtls");
            expect(findMissing(message)).to.deep.equal(['Missing for Deployment "httpbin": a Sidecar']);
        });

        it("a Sidecar without a TLS mode", async function () {
            this.timeout("2m");
            const withoutMode = JSON.stringify([...taskManifests, guard]).replace('"mode":"MUTUAL",', "");
            const { policyName, message } = expectViolation(
                await preview(configGroup(JSON.parse(withoutMode) as object[])),
            );
            expect(policyName).to.equal("sidecar-tls-mode");
            expect(message).to.include("does not set spec.ingress[0].tls.mode. Istio defaults to PASSTHROUGH");
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
            const { policyName, message } = expectViolation(await preview(map));
            expect(policyName).to.equal("private-key-outside-secret");
            expect(message).to.include('ConfigMap "files" holds a private key in data["client.pem"].');
        });

        it("a private key in a manifest, which Pulumi would store alongside the Secret that it creates from it", async function () {
            this.timeout("3m");
            for (const operation of ["preview", "up"] as const) {
                const result = await declared.run(
                    operation,
                    [configGroup([secretSpec(pair.privateKeyPem)])],
                    policyPack,
                );
                const { policyName, message } = expectViolation(result);
                expect(policyName).to.equal("private-key-in-plain-text");
                expect(message).to.include(inPlaintext);
                expect(message).not.to.include("BEGIN");
            }
            expect(await kubectlFor(cluster()).exists("secret", secretName)).to.equal(false);
            expect(await stateWithKey()).to.equal(false);
        });

        it("an existing stack, until its private key is a secret", async function () {
            this.timeout("3m");
            const analyze = () => declared.stack.pulumi(["policy", "analyze", ...policyPack]);
            await declared.mustRun("up", [configGroup([secretSpec(pair.privateKeyPem)])]);
            expect(await stateWithKey()).to.equal(true);
            const { exitCode, stdout, stderr } = await analyze();
            expect(exitCode).not.to.equal(0);
            expect(stdout + stderr).to.include(inPlaintext);
            expectNoViolation(
                await declared.run("up", [configGroup([secretSpec({ secret: pair.privateKeyPem })])], policyPack),
            );
            expect(await stateWithKey()).to.equal(false);
            const repaired = await analyze();
            expect(repaired.exitCode, repaired.stdout + repaired.stderr).to.equal(0);
        });
    });

    it("knows that the data of a Secret is a Pulumi secret, even if the program sets it in plaintext", async function () {
        this.timeout("2m");
        expectNoViolation(await declared.run("up", [secretResource(pair.privateKeyPem)], policyPack));
        expect(await stateWithKey()).to.equal(false);
    });

    async function stateWithKey(): Promise<boolean> {
        return JSON.stringify(await declared.stack.export()).includes("PRIVATE KEY");
    }

    it("reports certificates and selectors as advisory, as mandatory, or not at all, as configured", async function () {
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
        const misspelled = taskManifests.map((object) =>
            object.kind === "Service" ? { ...object, spec: { ...object.spec, selector: { app: "htpbin" } } } : object,
        );
        const resources = [certificate, configGroup([...misspelled, guard])];
        const configured = (configuration: object) =>
            withConfiguration(configuration, (args) => declared.run("preview", resources, args));

        const advised = await preview(...resources);
        expect(advised.exitCode, advised.stderr).to.equal(0);
        const [lifetime, selector, ...further] = advised.policyViolations;
        expect(further).to.deep.equal([]);
        expect(lifetime).to.deep.include({ policyName: "certificate-lifetime", enforcementLevel: "advisory" });
        expect(lifetime!.message).to.include(
            'SelfSignedCert "certificate" sets validityPeriodHours to 17520 hours, more than maxValidityPeriodHours allows (8760).',
        );
        expect(selector).to.deep.include({ policyName: "selector-without-pods", enforcementLevel: "advisory" });
        expect(selector!.message).to.include(
            'Service "httpbin" selects {"app":"htpbin"}, which matches none of the pods',
        );

        const longer = { "certificate-lifetime": { maxValidityPeriodHours: 17520 } };
        const strict = await configured({ ...longer, "selector-without-pods": "mandatory" });
        expect(expectViolation(strict).policyName).to.equal("selector-without-pods");
        expectNoViolation(await configured({ ...longer, "selector-without-pods": "disabled" }));
    });
});

function findMissing(message: string): string[] {
    return message.match(/Missing for .*?: a \w+/g) ?? [];
}
