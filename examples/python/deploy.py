"""The page's workload from a Python program that runs the engine itself, with Pulumi's Automation API (and the pulumi CLI on PATH).

usage: python3 deploy.py preview|up|destroy STACK
"""

import argparse
from pathlib import Path

import pulumi
from pulumi import automation


class CertificateAuthority(pulumi.ComponentResource):
    """
    Made by the package's plugin, like the next one. `pulumi package add` generates such classes, with types and
    documentation; written by hand they need no more than the names of the outputs that are used.
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
    parser = argparse.ArgumentParser(description="httpbin behind a sidecar that terminates TLS")
    parser.add_argument("command", choices=["preview", "up", "destroy"])
    parser.add_argument("stack")
    arguments = parser.parse_args()
    # The folder's Pulumi.yaml names the project and the package.
    stack = automation.create_or_select_stack(
        arguments.stack,
        program=program,
        project_name="httpbin-python",
        opts=automation.LocalWorkspaceOptions(work_dir=str(Path(__file__).parent)),
    )
    getattr(stack, arguments.command)(on_output=print)


main()
