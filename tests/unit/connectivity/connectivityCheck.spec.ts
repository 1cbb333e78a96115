/** Which resources a ConnectivityCheck registers, when it runs again, and which arguments it rejects. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
    ConnectivityCheck,
    type ConnectivityCheckArgs,
    SidecarTlsTermination,
    type SidecarTlsTerminationArgs,
} from "../../..";
import { defaultCheckImage } from "../../../components/connectivity/args";
import { imageNames } from "../../../lab/pins";
import { minimal } from "../component";
import { record, type Recording, Secret } from "../recording";

const bundle = {
    caCertificatePem: "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n",
    certificatePem: "-----BEGIN CERTIFICATE-----\nbWU=\n-----END CERTIFICATE-----\n",
    privateKeyPem: "-----BEGIN PRIVATE KEY-----\na2V5\n-----END PRIVATE KEY-----\n",
};

/** A target such as SidecarTlsTermination exports. */
const target = {
    namespace: "test",
    host: "shop.test.svc.cluster.local",
    listeners: [
        { name: "external", protocol: "HTTPS", servicePort: 8443, mode: "MUTUAL" },
        { name: "internal", protocol: "HTTP", servicePort: 8080 },
    ],
    clientBundle: bundle,
    injectionLabels: { "sidecar.istio.io/inject": "true" },
    digest: "0123456789abcdef",
};

function check(args: Partial<ConnectivityCheckArgs> = {}): Promise<Recording> {
    return record(() => new ConnectivityCheck("shop", { target, ...args }));
}

/** A SidecarTlsTermination and its check. */
async function checked(args: Partial<SidecarTlsTerminationArgs> = {}): Promise<Recording> {
    return record(() => {
        const { connectivityTarget } = new SidecarTlsTermination("shop", {
            ...minimal,
            connectivityCheckClient: true,
            ...args,
        });
        new ConnectivityCheck("shop", { target: connectivityTarget });
    });
}

interface JobInputs {
    readonly metadata: object;
    readonly spec: {
        readonly template: {
            readonly metadata: { readonly labels: object; readonly annotations: Record<string, string> };
            readonly spec: { readonly containers: { readonly command: string[]; readonly image: string }[] };
        };
    };
}

const jobType = "kubernetes:batch/v1:Job";
const jobOf = (recording: Recording, where: "mesh" | "outside") =>
    recording.get(jobType, `shop-check-${where}`).inputs as unknown as JobInputs;
const templateOf = (...given: Parameters<typeof jobOf>) => jobOf(...given).spec.template;

async function rejection(args: object, name = "shop"): Promise<string> {
    const recording = await record(() => new ConnectivityCheck(name, { target, ...args })).catch(
        (error: unknown) => error as Error,
    );
    if (recording instanceof Error) {
        return recording.message;
    }
    throw new Error(`accepted, with ${recording.resources.length} resources`);
}

describe("ConnectivityCheck", () => {
    it("runs one Job in the mesh and one outside, both in a restricted security context", async () => {
        const recording = await check();
        const metadata = { namespace: "test", annotations: { "pulumi.com/replaceUnready": "true" } };
        const container = {
            name: "check",
            image: "docker.io/curlimages/curl:8.16.0",
            imagePullPolicy: "IfNotPresent",
            securityContext: {
                runAsUser: 65534,
                runAsGroup: 65534,
                runAsNonRoot: true,
                readOnlyRootFilesystem: true,
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
            },
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
        };
        const mesh = jobOf(recording, "mesh");
        const [meshCommand] = templateOf(recording, "mesh").spec.containers.map(({ command }) => command);
        expect(mesh).to.deep.equal({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { ...metadata, name: "shop-check-mesh" },
            spec: {
                backoffLimit: 0,
                activeDeadlineSeconds: 300,
                template: {
                    metadata: {
                        labels: { "sidecar.istio.io/inject": "true" },
                        annotations: {
                            "istio-sidecar-tls/target-digest": "0123456789abcdef",
                            "istio-sidecar-tls/triggers-digest": templateOf(recording, "mesh").metadata.annotations[
                                "istio-sidecar-tls/triggers-digest"
                            ],
                        },
                    },
                    spec: {
                        restartPolicy: "Never",
                        serviceAccountName: "shop-check",
                        automountServiceAccountToken: false,
                        containers: [{ ...container, command: meshCommand }],
                    },
                },
            },
        });
        const outside = templateOf(recording, "outside");
        expect(outside.metadata.labels).to.deep.equal({ "sidecar.istio.io/inject": "false" });
        expect(outside.spec).to.deep.equal({
            restartPolicy: "Never",
            serviceAccountName: "shop-check",
            automountServiceAccountToken: true,
            containers: [
                {
                    ...container,
                    command: outside.spec.containers[0]!.command,
                    volumeMounts: [{ name: "credentials", mountPath: "/etc/connectivity-check", readOnly: true }],
                },
            ],
            volumes: [{ name: "credentials", secret: { secretName: "shop-check" } }],
        });
        expect(outside.spec.containers[0]!.command[2])
            .to.include("timeout_seconds=60\n")
            .and.to.include("\nexpect_denied '");
        expect(meshCommand![2]).to.include("\nexpect_admitted '").and.not.to.include("expect_denied '");
    });

    it("keeps the private key of its client secret, and only in the Secret", async () => {
        const recording = await check();
        const content = recording.get("kubernetes:core/v1:SecretPatch", "shop-check-secret-content").inputs;
        const data = content["data"];
        expect(data).to.be.instanceOf(Secret);
        const decoded = Object.entries((data as Secret).value as Record<string, string>).map(
            ([key, value]) => [key, Buffer.from(value, "base64").toString()] as const,
        );
        expect(Object.fromEntries(decoded)).to.deep.include({
            "ca.crt": bundle.caCertificatePem,
            "client.crt": bundle.certificatePem,
            "client.key": bundle.privateKeyPem,
        });
        const elsewhere = recording.resources.filter(({ type }) => type.startsWith("kubernetes:batch"));
        expect(JSON.stringify(elsewhere)).not.to.match(/PRIVATE KEY/);
        const given = await check({ clientBundle: bundle });
        const state = given.get("istio-sidecar-tls:index:ConnectivityCheck", "shop").inputs;
        expect(state["clientBundle"]).to.be.instanceOf(Secret);
    });

    it("issues an untrusted certificate with the identity of its client, which never has to be renewed", async () => {
        const recording = await check();
        const { inputs } = recording.get("tls:index/selfSignedCert:SelfSignedCert", "shop-check-stranger-certificate");
        expect(inputs).to.deep.include({
            subject: { commonName: "connectivity-check" },
            uris: ["spiffe://shop.test.svc.cluster.local/clients/connectivity-check"],
            validityPeriodHours: 876000,
            earlyRenewalHours: 0,
        });
    });

    it("creates everything that its Jobs need before them", async () => {
        const recording = await check({ istiod: {} });
        const outside = recording.get(jobType, "shop-check-outside");
        for (const [type, name] of [
            ["kubernetes:core/v1:ServiceAccount", "shop-check-service-account"],
            ["kubernetes:core/v1:SecretPatch", "shop-check-secret-content"],
            ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "shop-check-istiod-role-binding"],
        ] as const) {
            expect(recording.isBefore(recording.get(type, name), outside), name).to.equal(true);
        }
    });

    it("runs after every resource of the component that it checks", async () => {
        const recording = await checked();
        const services = recording.ofType("kubernetes:core/v1:Service");
        expect(services).to.have.length(1);
        for (const where of ["mesh", "outside"]) {
            expect(recording.isBefore(services[0]!, recording.get(jobType, `shop-check-${where}`))).to.equal(true);
        }
    });

    it("runs again if something that decides which clients are admitted changes, and only then", async () => {
        const base = await checked();
        const same = await checked();
        expect(templateOf(same, "outside")).to.deep.equal(templateOf(base, "outside"));
        for (const change of [
            { clients: [{ name: "alice" }] },
            { workload: { ...minimal.workload!, image: "example.com/application:2" } },
            { allowedSources: [{ podLabels: { "batch.kubernetes.io/job-name": "shop-check-outside" } }] },
        ]) {
            const other = await checked(change);
            for (const where of ["mesh", "outside"] as const) {
                const { annotations } = templateOf(other, where).metadata;
                expect(annotations, JSON.stringify(change)).not.to.deep.equal(
                    templateOf(base, where).metadata.annotations,
                );
            }
        }
        const given = await check();
        const bundled = await check({ clientBundle: { ...bundle, certificatePem: bundle.caCertificatePem } });
        expect(templateOf(bundled, "outside")).not.to.deep.equal(templateOf(given, "outside"));
        const triggered = await check({ triggers: [pulumi.output("example.com/application:2")] });
        for (const where of ["mesh", "outside"] as const) {
            expect(templateOf(triggered, where)).not.to.deep.equal(templateOf(given, where));
        }
    });

    it("accepts a bundle, path, image, time limit and name", async () => {
        const recording = await check({
            clientBundle: pulumi.output(bundle),
            path: "/healthz?deep=1",
            image: "registry.example.com/curl:1",
            timeoutSeconds: 120,
            objectName: "probe",
        });
        const { metadata, spec } = jobOf(recording, "outside");
        expect(metadata).to.include({ name: "probe-outside" });
        expect(spec).to.include({ activeDeadlineSeconds: 360 });
        const [container] = spec.template.spec.containers;
        expect(container!.image).to.equal("registry.example.com/curl:1");
        expect(container!.command[2])
            .to.include("timeout_seconds=120\n")
            .and.to.include("'https://shop.test.svc.cluster.local:8443/healthz?deep=1'");
    });

    it("may read the named Deployments of istiod and nothing else, and only with the argument istiod", async () => {
        expect((await check()).resources.filter(({ type }) => type.includes("rbac"))).to.deep.equal([]);
        const recording = await check({ istiod: { namespace: "istio-control", revisions: ["default", "canary"] } });
        const role = recording.get("kubernetes:rbac.authorization.k8s.io/v1:Role", "shop-check-istiod-role").inputs;
        expect(role).to.deep.include({
            metadata: { name: "shop-check.test", namespace: "istio-control" },
            rules: [
                {
                    apiGroups: ["apps"],
                    resources: ["deployments"],
                    resourceNames: ["istiod", "istiod-canary"],
                    verbs: ["get"],
                },
            ],
        });
        const binding = recording.get(
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            "shop-check-istiod-role-binding",
        ).inputs;
        expect(binding).to.deep.include({
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "shop-check.test" },
            subjects: [{ kind: "ServiceAccount", name: "shop-check", namespace: "test" }],
        });
        expect(templateOf(recording, "outside").spec.containers[0]!.command[2]).to.include(
            "report_env_override 'istio-control' 'istiod-canary' 'ENABLE_TLS_ON_SIDECAR_INGRESS'",
        );
    });

    it("registers the same resources in a preview, in which the target is unknown", async () => {
        const known = await checked();
        const unknown = await record(
            () => {
                const component = new SidecarTlsTermination("shop", { ...minimal, connectivityCheckClient: true });
                new ConnectivityCheck("shop", { target: component.connectivityTarget });
            },
            { preview: true },
        );
        const urns = (recording: Recording) => recording.resources.map(({ urn }) => urn).sort();
        expect(urns(unknown)).to.deep.equal(urns(known));
    });

    it("uses by default an image that the lab has", () => {
        expect(imageNames.connectivityCheck).to.equal(defaultCheckImage);
    });

    describe("rejects", () => {
        const withoutBundle = { ...target, clientBundle: undefined };
        const keyless = { ...bundle, privateKeyPem: undefined };
        for (const { title, args, says } of [
            { title: "no target", args: { target: undefined }, says: "target: is required" },
            {
                title: "an incomplete target",
                args: { target: { namespace: "test" } },
                says: "target.host: is required",
            },
            {
                title: "a target without a bundle",
                args: { target: withoutBundle },
                says: "clientBundle: is required: target contains none. Set it to the bundle of a client that must be admitted, or set connectivityCheckClient on SidecarTlsTermination",
            },
            {
                title: "a target without a bundle, known later",
                args: { target: pulumi.secret(withoutBundle) },
                says: "clientBundle: is required: target contains none. Set it to the bundle of a client that must be admitted, or set connectivityCheckClient on SidecarTlsTermination",
            },
            {
                title: "a bundle without a private key",
                args: { clientBundle: keyless },
                says: "clientBundle.privateKeyPem: is required: the check authenticates with it. Use a client whose private key the component generates, not one with certificateRequestPem",
            },
            {
                title: "a relative path",
                args: { path: "healthz" },
                says: 'path: "healthz" must be a URL path such as "/healthz": printable ASCII that begins with "/"',
            },
            {
                title: "a time limit over 300 seconds",
                args: { timeoutSeconds: 3600 },
                says: "timeoutSeconds: 3600 must be a whole number of seconds from 1 to 300",
            },
            {
                title: "an invalid revision",
                args: { istiod: { revisions: ["1.20"] } },
                says: 'istiod.revisions[0]: "1.20" must be the name of an Istio revision: at most 57 lowercase letters, digits',
            },
            {
                title: "an Output as istiod",
                args: { istiod: pulumi.output({}) },
                says: "istiod: decides which resources exist",
            },
            {
                title: "a misspelled argument",
                args: { timeout: 5 },
                says: "timeout: unknown property; expected one of",
            },
        ]) {
            it(title, async () => {
                const message = await rejection(args);
                expect(message).to.include('ConnectivityCheck "shop" has invalid arguments:');
                expect(message).to.include(says);
            });
        }

        it("a component name that is no valid object name, and names the argument that helps", async () => {
            expect(await rejection({}, "Shop")).to.include('objectName: "Shop-check" must be at most 55 lowercase');
        });
    });
});
