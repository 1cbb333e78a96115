/** Invalid arguments are rejected before any resource is registered, with the path, the value, the rule and the remedy. */
import { Provider } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
    CertificateAuthority,
    ClientCertificate,
    IstiodFeatureFlag,
    SidecarTlsTermination,
    type SidecarTlsTerminationArgs,
} from "../../..";
import { external } from "../../listeners";
import { type Pair, selfSigned } from "../certificates";
import { record, Recording } from "../recording";
import { cases, good } from "./invalidArguments";
import { workloadCases } from "./invalidWorkloads";

/** The error for invalid arguments, which are untyped as those of JavaScript programs. */
async function refusal(args: object, name = "shop"): Promise<string> {
    const accepted = await record(() => new SidecarTlsTermination(name, args as SidecarTlsTerminationArgs)).catch(
        (error: unknown) => error as Error,
    );
    if (accepted instanceof Error) {
        return accepted.message;
    }
    throw new Error(`accepted, with ${accepted.resources.length} resources`);
}

describe("arguments", () => {
    for (const { title, args, says } of [...cases, ...workloadCases]) {
        it(`rejects ${title}`, async () => {
            const message = await refusal(args);
            expect(message).to.include('SidecarTlsTermination "shop" has invalid arguments:');
            for (const part of says) {
                expect(message).to.include(part);
            }
        });
    }

    it("treats null as the default, except as the value of an Output", async () => {
        const nothing = {
            workload: { ...good.workload, labels: null, version: null, replicas: null, securityContext: null },
            listeners: external({ mode: null, cipherSuites: null, maxProtocolVersion: null }),
            service: null,
            egress: null,
            allowedSources: null,
            commonLabels: null,
            certificateMounts: null,
            drainSeconds: null,
            certificates: null,
            certificateAuthority: null,
            nextCertificateAuthority: null,
            certificateRevocationListPem: null,
            existingSecrets: null,
            certManager: null,
        };
        const args = {
            ...good,
            ...nothing,
            clients: [{ name: "alice", uri: null, subject: null, certificateRequestPem: null }],
        };
        const absent = await manifests({ ...good, clients: [{ name: "alice" }] });
        expect(absent).not.to.deep.equal([]);
        expect(await manifests(args)).to.deep.equal(absent);
    });

    it("rejects a component name that is not valid for the Service, and names the argument that helps", async () => {
        const message = await refusal(good, "My Shop");
        expect(message).to.include('objectNames.service: "My Shop" must be the name of a Service');
    });

    it("shows no invalid secret", async () => {
        const message = await refusal({ ...good, workload: { image: pulumi.secret(""), port: pulumi.secret(70000) } });
        expect(message).to.include("workload.port: the secret value must be a whole number from 1 to 65535");
        expect(message).not.to.include("70000");
    });

    it("rejects a component instead of its outputs", async () => {
        const certificateAuthority = () => new CertificateAuthority("ca");
        const made = new Recording();
        const failed = record(
            () => new SidecarTlsTermination("shop", { ...good, certificateAuthority: certificateAuthority() }),
            {},
            made,
        );
        const error = await failed.catch((reason: unknown) => reason as Error);
        expect((error as Error).message).to.include(
            "certificateAuthority: is a resource; set an object of its outputs (certificatePem, privateKeyPem)",
        );
    });

    for (const [title, other, refused] of [
        ["the same labels", { app: "a" }, true],
        ["labels that the first one selects as well", { app: "a", tier: "front" }, true],
        ["different labels", { app: "b" }, false],
    ] as const) {
        it(`${refused ? "rejects" : "accepts"} a second component with ${title}`, async () => {
            const chain = (name: string, labels: object) =>
                new SidecarTlsTermination(name, { ...good, workload: { ...good.workload, labels: { ...labels } } });
            const both = record(() => {
                chain("one", { app: "a" });
                chain("two", other);
            });
            const error = await both.then(
                () => undefined,
                (reason: unknown) => reason as Error,
            );
            expect(error !== undefined).to.equal(refused);
            if (refused) {
                expect(error?.message).to.match(
                    /workload\.labels: overlaps with SidecarTlsTermination "one"; Istio applies one Sidecar per workload/,
                );
            }
        });
    }

    it("accepts the same pods in two clusters", async () => {
        await record(() => {
            for (const name of ["one", "two"]) {
                const provider = new Provider(name, {});
                new SidecarTlsTermination(
                    name,
                    { ...good, workload: { ...good.workload, labels: { app: "a" } } },
                    { providers: [provider] },
                );
            }
        });
    });

    it("rejects a second component on the same existing pods", async () => {
        const error = await record(() => {
            const existing = { namespace: "test", existingWorkload: { selector: { app: "a" }, port: 80 } };
            new SidecarTlsTermination("one", existing);
            new SidecarTlsTermination("two", existing);
        }).catch((reason: unknown) => reason as Error);
        expect((error as Error).message).to.include(
            'existingWorkload.selector: overlaps with SidecarTlsTermination "one"; Istio applies one Sidecar per workload',
        );
    });

    it("rejects a component name that is not valid for other objects", async () => {
        const message = await refusal({ ...good, objectNames: { service: "shop" } }, "My_Shop");
        expect(message).to.include('objectNames.guard: "My_Shop-guard" must be the name of a Kubernetes object');
    });

    it("shows no private key that is passed in the wrong place", async () => {
        const { privateKeyPem } = await selfSigned();
        for (const misplaced of [
            { certificateAuthority: privateKeyPem },
            { certificateAuthority: [privateKeyPem] },
            { namespace: privateKeyPem },
        ]) {
            expect(await refusal({ ...good, ...misplaced })).not.to.include(privateKeyPem.split("\n")[1]);
        }
    });

    it("reports all problems at once", async () => {
        const message = await refusal({ namespace: "A", workload: { image: "", port: 0 } });
        expect(message.split("\n")).to.have.length(4);
    });

    it("registers nothing if plain arguments are invalid", async () => {
        const made = await record(() => {
            expect(() => new SidecarTlsTermination("shop", { ...good, namespace: "A" })).to.throw();
            expect(() => new CertificateAuthority("ca", { validityPeriodHours: 0 })).to.throw("validityPeriodHours: 0");
            expect(() => new IstiodFeatureFlag("flag", { namespace: "A" })).to.throw('namespace: "A"');
            const garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
            const issuer = { certificatePem: garbage, privateKeyPem: "-----BEGIN " };
            const wrong = { certificateAuthority: issuer, uris: ["alice"] };
            expect(() => new ClientCertificate("client", wrong)).to.throw('uris[0]: "alice" must be a SPIFFE ID');
            expect(() => new ClientCertificate("client", { certificateAuthority: issuer })).to.throw(
                "certificateAuthority.certificatePem: is not an X.509 certificate",
            );
        });
        expect(made.resources).to.deep.equal([]);
    });

    for (const [what, args] of Object.entries({
        "a CA": async () => ({ certificateAuthority: later(await selfSigned({ ca: false })) }),
        "a port": () => ({ workload: { image: "i", port: pulumi.output(9080) } }),
        "an image": () => ({ workload: { image: pulumi.output(""), port: 80 } }),
        "a kind of key": () => ({ certificates: { keyAlgorithm: pulumi.output("RSA-1024") } }),
        "a mode": () => ({ listeners: external({ mode: pulumi.output("PASSTHROUGH") }) }),
        "a client's URI": () => ({ clients: [{ name: "a", uri: pulumi.output("spiffe://cluster.local/ns/a/sa/b") }] }),
        "a name": () => ({ objectNames: { sidecar: pulumi.output("A") } }),
        "a lifetime": () => ({ certificates: { validityPeriodHours: pulumi.output(0) } }),
        labels: () => ({ workload: { ...good.workload, labels: pulumi.output({}) } }),
    })) {
        it(`changes nothing in the cluster if ${what} known only later is invalid`, async () => {
            const made = new Recording();
            const wrong = await args();
            const failed = record(
                () => new SidecarTlsTermination("shop", { ...good, ...wrong } as SidecarTlsTerminationArgs),
                {},
                made,
            );
            const error = await failed.then(
                () => undefined,
                (reason: unknown) => reason as Error,
            );
            expect(error?.message).to.include("has invalid arguments:");
            expect(made.resources.map(({ type }) => type)).not.to.satisfy((types: string[]) =>
                types.some((type) => type.startsWith("kubernetes:")),
            );
        });
    }

    it("carries the paths for programs in other languages", () => {
        try {
            new SidecarTlsTermination("shop", { ...good, namespace: "A" });
        } catch (error) {
            expect(pulumi.InputPropertiesError.isInstance(error)).to.equal(true);
            const { errors } = error as pulumi.InputPropertiesError;
            expect(errors.map(({ propertyPath }) => propertyPath)).to.deep.equal(["namespace"]);
            return;
        }
        throw new Error("accepted");
    });

    describe("an existing CA", () => {
        it("must have its own key", async () => {
            const [one, other] = [await selfSigned(), await selfSigned()];
            const message = await refusal({
                ...good,
                certificateAuthority: { ...one, privateKeyPem: other.privateKeyPem },
            });
            expect(message).to.include(
                'certificateAuthority.privateKeyPem: is not the private key of the certificate of "CN=tests"',
            );
            expect(message).not.to.include("PRIVATE KEY");
        });

        it("must be a CA", async () => {
            expect(await refusal({ ...good, certificateAuthority: await selfSigned({ ca: false }) })).to.include(
                'certificateAuthority.certificatePem: the certificate of "CN=tests" is not a CA certificate',
            );
        });

        it("must not have expired", async () => {
            expect(await refusal({ ...good, certificateAuthority: await selfSigned({ days: -1 }) })).to.match(
                /certificateAuthority\.certificatePem: the certificate of "CN=tests" expired on 20/,
            );
        });

        it("must have a key that can be read", async () => {
            const { certificatePem } = await selfSigned();
            const privateKeyPem = "-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----";
            const message = await refusal({ ...good, certificateAuthority: { certificatePem, privateKeyPem } });
            expect(message).to.include(
                "certificateAuthority.privateKeyPem: must be a private key in PEM form without a passphrase",
            );
            expect(message).not.to.include("hidden");
        });
    });
});

/** What the component registers for Kubernetes. */
async function manifests(args: object): Promise<unknown[]> {
    const { resources } = await record(() => new SidecarTlsTermination("shop", args as SidecarTlsTerminationArgs));
    return resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
}

/** A CA that another resource gives. */
function later({ certificatePem, privateKeyPem }: Pair) {
    return { certificatePem: pulumi.output(certificatePem), privateKeyPem: pulumi.secret(privateKeyPem) };
}
