/** Makes cert-manager renew a certificate immediately, as `cmctl renew` does. */
import type { Kubectl } from "../kubectl";

export async function renew(kubectl: Kubectl, namespace: string, certificate: string): Promise<void> {
    const object = await kubectl.get("certificate", certificate, namespace);
    const { conditions } = object["status"] as { conditions: object[] };
    const issuing = { type: "Issuing", status: "True", reason: "ManuallyTriggered", message: "requested by a test" };
    const patch = JSON.stringify({ status: { conditions: [...conditions, issuing] } });
    const named = ["certificate", certificate, "-n", namespace];
    await kubectl.run("patch", ...named, "--subresource=status", "--type=merge", "-p", patch);
}
