"""The workload of the Istio task, deployed with Pulumi's Automation API. Requires the pulumi CLI on the PATH.

usage: python3 deploy.py preview|up|destroy STACK
"""

import argparse
from pathlib import Path

import pulumi
from pulumi import automation


class CertificateAuthority(pulumi.ComponentResource):
    """
    A component that the package's plugin creates, like the next one. `pulumi package add` generates such classes, with
    types and documentation. A handwritten class needs only the names of the outputs that the program uses.
    """

    def __init__(self, name, args, opts=None):
        outputs = {"certificatePem": None, "privateKeyPem": None}
        super().__init__("istio-sidecar-tls:index:CertificateAuthority", name, {**args, **outputs}, opts, remote=True)


class SidecarTlsTermination(pulumi.ComponentResource):
    def __init__(self, name, args, opts=None):
        outputs = {"url": None, "clientBundle": None}
        super().__init__("istio-sidecar-tls:index:SidecarTlsTermination", name, {**args, **outputs}, opts, remote=True)


def program():
    authority = CertificateAuthority("authority", {"subject": {"commonName": "Partners"}})
    httpbin = SidecarTlsTermination(
        "httpbin",
        {
            "namespace": "httpbin-python",
            "createNamespace": True,
            "certificateAuthority": {
                "certificatePem": authority.certificatePem,
                "privateKeyPem": authority.privateKeyPem,
            },
            "workload": {
                "image": "docker.io/kennethreitz/httpbin",
                "port": 80,
                "environment": {"GREETING": pulumi.Config().get_secret("greeting") or "hello"},
            },
        },
    )
    pulumi.export("url", httpbin.url)
    pulumi.export("clientBundle", httpbin.clientBundle)


def main():
    parser = argparse.ArgumentParser(description="Deploys httpbin behind a sidecar that terminates TLS.")
    parser.add_argument("command", choices=["preview", "up", "destroy"])
    parser.add_argument("stack")
    arguments = parser.parse_args()
    # Pulumi.yaml in this folder defines the project and the package.
    stack = automation.create_or_select_stack(
        arguments.stack,
        program=program,
        project_name="httpbin-python",
        opts=automation.LocalWorkspaceOptions(work_dir=str(Path(__file__).parent)),
    )
    getattr(stack, arguments.command)(on_output=print)


main()
