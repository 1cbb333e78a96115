/** Users without one of their documented permissions. */
import type { Cluster } from "../../../lab/cluster";
import { succeed } from "../../../lab/demo/clients";
import { eventually } from "../eventually";
import type { DocumentedUser, Role } from "./documented";

/** Whether the user is allowed an action, in the notation of `kubectl auth can-i`. */
export async function may(cluster: Cluster, user: DocumentedUser, words: readonly string[]): Promise<boolean> {
    const { stdout } = await cluster.run("kubectl", ["--kubeconfig", user.kubeconfig, "auth", "can-i", ...words]);
    return stdout.trim() === "yes";
}

/** Revokes verbs on a resource, in a namespace or for one object, and returns a function that restores them. */
export async function withhold(
    cluster: Cluster,
    user: DocumentedUser,
    verbs: readonly string[],
    resource: string,
    { namespace, name }: { readonly namespace: string; readonly name?: string },
): Promise<() => Promise<void>> {
    const whole = user.rights.roles.find(({ rules }) => rules.some((rule) => rule.resources.includes(resource)))!;
    const set = async (role: Role, isAllowed: boolean): Promise<void> => {
        await succeed(cluster, "kubectl", ["apply", "-f", "-"], JSON.stringify(role));
        for (const verb of verbs) {
            const words = [verb, name === undefined ? resource : `${resource}/${name}`, "-n", namespace];
            await eventually(
                `${words.join(" ")} is ${isAllowed ? "allowed" : "denied"}`,
                () => may(cluster, user, words),
                (seen) => seen === isAllowed,
            );
        }
    };
    await set(withoutVerbs(whole, verbs, resource), false);
    return () => set(whole, true);
}

function withoutVerbs(role: Role, verbs: readonly string[], resource: string): Role {
    const rules = role.rules.flatMap((rule) => {
        const others = rule.resources.filter((each) => each !== resource);
        const left = rule.verbs.filter((verb) => !verbs.includes(verb));
        return [
            { ...rule, resources: others },
            { ...rule, resources: rule.resources.filter((each) => each === resource), verbs: left },
        ];
    });
    return { ...role, rules: rules.filter((rule) => rule.resources.length > 0 && rule.verbs.length > 0) };
}
