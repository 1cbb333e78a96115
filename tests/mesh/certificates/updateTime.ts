/** The time of the last change of an object, by the API server's clock. */
import type { Kubectl } from "../kubectl";

/** Returns milliseconds. The API server records whole seconds, so that the change may be up to one second later. */
export async function updateTime(kubectl: Kubectl, namespace: string, secret: string): Promise<number> {
    const { metadata } = await kubectl.get("secret", secret, namespace);
    const times = (metadata.managedFields as unknown as readonly { readonly time: string }[]).map(({ time }) =>
        Date.parse(time),
    );
    return Math.max(...times);
}
