/**
 * A component attached to the program's own Deployment, which depends on the component, and a check that depends on the
 * Deployment. The JSON file that CHAIN_ARGUMENTS names has the arguments, and whether the check's sidecar is a classic one.
 */
const { readFileSync } = require("node:fs");
const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const { ConnectivityCheck, SidecarTlsTermination } = require("../../../..");

const { chain: given, check, classicSidecar } = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const app = { app: "shop" };

const chain = new SidecarTlsTermination("shop", {
    existingWorkload: { selector: app, port: 80 },
    connectivityCheckClient: true,
    ...given,
});
const workload = new kubernetes.apps.v1.Deployment(
    "shop",
    {
        metadata: { name: "shop", namespace: given.namespace },
        spec: {
            selector: { matchLabels: app },
            template: {
                metadata: {
                    labels: chain.podLabels.apply((labels) => ({ ...labels, ...app })),
                    annotations: chain.podAnnotations,
                },
                spec: {
                    containers: [
                        {
                            name: "application",
                            image: "docker.io/kennethreitz/httpbin",
                            imagePullPolicy: "IfNotPresent",
                            readinessProbe: { tcpSocket: { port: 80 } },
                        },
                    ],
                    terminationGracePeriodSeconds: 1,
                },
            },
        },
    },
    { dependsOn: chain },
);
new ConnectivityCheck(
    "shop",
    { target: chain.connectivityTarget, ...check },
    { dependsOn: workload, transforms: classicSidecar ? [withClassicSidecar] : [] },
);

function withClassicSidecar({ name, props, opts }) {
    if (name !== "shop-check-mesh") {
        return undefined;
    }
    const spec = pulumi.output(props.spec).apply((known) => {
        const { metadata } = known.template;
        const annotations = { ...metadata.annotations, "sidecar.istio.io/nativeSidecar": "false" };
        return { ...known, template: { ...known.template, metadata: { ...metadata, annotations } } };
    });
    return { props: { ...props, spec }, opts };
}
