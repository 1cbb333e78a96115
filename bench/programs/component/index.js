/** The Istio task with the component. */
const { SidecarTlsTermination } = require("../../..");

const httpbin = new SidecarTlsTermination("httpbin", {
    namespace: "test",
    createNamespace: true,
    workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
});

module.exports.clientBundle = httpbin.clientBundle;
