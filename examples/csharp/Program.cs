// TLS termination for one workload, with the C# classes that `pulumi package add` generates.
using System.Collections.Generic;
using Pulumi;
using Pulumi.IstioSidecarTls;
using Pulumi.IstioSidecarTls.Inputs;

return await Deployment.RunAsync(() =>
{
    var httpbin = new SidecarTlsTermination("httpbin", new()
    {
        Namespace = "httpbin-csharp",
        CreateNamespace = true,
        Workload = new WorkloadArgs
        {
            Image = "docker.io/kennethreitz/httpbin",
            Port = 80,
        },
    });

    return new Dictionary<string, object?>
    {
        ["url"] = httpbin.Url,
        ["clientBundle"] = httpbin.ClientBundle,
    };
});
