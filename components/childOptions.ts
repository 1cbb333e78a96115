/** Resource options that a component hands to its children. */
import * as pulumi from "@pulumi/pulumi";

/**
 * Pulumi applies `dependsOn` and `customTimeouts` of a component to the component alone. Its user means the resources in it, so
 * each child gets them, besides the children that come before it.
 */
export function childOptions(
    parent: pulumi.ComponentResource,
    given: pulumi.ComponentResourceOptions | undefined,
    after: pulumi.Resource[] = [],
): pulumi.CustomResourceOptions {
    const dependsOn = given?.dependsOn;
    return {
        parent,
        dependsOn:
            dependsOn === undefined
                ? after
                : pulumi.output(dependsOn).apply((known) => [...(Array.isArray(known) ? known : [known]), ...after]),
        customTimeouts: given?.customTimeouts,
    };
}
