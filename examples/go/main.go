// TLS termination for one workload, with the Go types that `pulumi package add` generates.
package main

import (
	"example.com/pulumi-istio-sidecar-tls/sdk/go/istiosidecartls"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		httpbin, err := istiosidecartls.NewSidecarTlsTermination(ctx, "httpbin", &istiosidecartls.SidecarTlsTerminationArgs{
			Namespace:       pulumi.String("httpbin-go"),
			CreateNamespace: pulumi.BoolRef(true),
			Workload: &istiosidecartls.WorkloadArgs{
				Image: pulumi.String("docker.io/kennethreitz/httpbin"),
				Port:  pulumi.Float64(80),
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("url", httpbin.Url)
		ctx.Export("clientBundle", httpbin.ClientBundle)
		return nil
	})
}
