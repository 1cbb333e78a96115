/**
 * Several workloads in one namespace, with components in different TLS modes that share a CA: Deployments that a component
 * creates, and a Deployment, a StatefulSet, and a DaemonSet of the program's own, which depend on their whole component.
 * The JSON file that CHAIN_ARGUMENTS names selects the workloads and has their arguments.
 */
const { readFileSync } = require("node:fs");
const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const { CertificateAuthority, SidecarTlsTermination } = require("../../../..");

const { namespace, chains } = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));

const authority = new CertificateAuthority("shared");
const certificateAuthority = {
    certificatePem: authority.certificatePem,
    privateKeyPem: authority.privateKeyPem,
};
const sharedNamespace = new kubernetes.core.v1.Namespace("shared", {
    metadata: { name: namespace, labels: { "istio-injection": "enabled" } },
});

const image = "docker.io/kennethreitz/httpbin";

module.exports = { certificateAuthority: pulumi.secret(certificateAuthority) };
for (const [name, { args, kind, podLabels, selector }] of Object.entries(chains)) {
    const given = kind === undefined ? { workload: { image, port: 80, ...args.workload } } : {};
    const chain = new SidecarTlsTermination(
        name,
        { namespace, certificateAuthority, ...args, ...given },
        { dependsOn: sharedNamespace, transforms: given.workload?.address ? [onLoopback] : [] },
    );
    if (kind !== undefined) {
        ownWorkload(name, kind, podLabels, selector ?? podLabels, chain);
    }
    module.exports[name] = { url: chain.url, clientBundle: chain.clientBundle };
}

/** Changes the command of the container, which the arguments of a workload do not expose. */
function onLoopback({ type, props, opts }) {
    if (type !== "kubernetes:apps/v1:Deployment") {
        return undefined;
    }
    const command = ["python3", "-m", "gunicorn", "--bind", "127.0.0.1:80", "httpbin:app"];
    const spec = pulumi.output(props.spec).apply((known) => {
        const [application, ...others] = known.template.spec.containers;
        const containers = [{ ...application, command }, ...others];
        return { ...known, template: { ...known.template, spec: { ...known.template.spec, containers } } };
    });
    return { props: { ...props, spec }, opts };
}

/** Creates a workload of the user, with the component's outputs in its pod template. */
function ownWorkload(name, kind, podLabels, selector, chain) {
    const template = {
        metadata: {
            labels: chain.podLabels.apply((labels) => ({ ...labels, ...podLabels })),
            annotations: chain.podAnnotations,
        },
        spec: {
            containers: pulumi
                .all([chain.podContainers])
                .apply(([containers]) => [
                    { name: "application", image, imagePullPolicy: "IfNotPresent", ports: [{ containerPort: 80 }] },
                    ...containers,
                ]),
            volumes: chain.podVolumes,
            terminationGracePeriodSeconds: 1,
        },
    };
    const spec = {
        selector: { matchLabels: selector },
        template,
        ...(kind === "StatefulSet" ? { serviceName: name } : {}),
    };
    new kubernetes.apps.v1[kind](name, { metadata: { name, namespace }, spec }, { dependsOn: chain });
}
