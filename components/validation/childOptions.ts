/** Resource options that a component hands to its children. */
import * as pulumi from "@pulumi/pulumi";

/**
 * Pulumi applies `dependsOn` and `customTimeouts` of a component to the component alone. Its user means the resources in it, so
 * each child gets them, besides the children that come before it. No child is registered before `checked` is known; if that
 * fails, so does the program.
 */
export function childOptions(
    parent: pulumi.ComponentResource,
    given: pulumi.ComponentResourceOptions | undefined,
    after: pulumi.Resource[] = [],
    checked: pulumi.Output<unknown> = pulumi.output(undefined),
): pulumi.CustomResourceOptions {
    return {
        parent,
        dependsOn: pulumi
            .all([given?.dependsOn ?? [], checked])
            .apply(([known]) => [...(Array.isArray(known) ? known : [known]), ...after]),
        customTimeouts: given?.customTimeouts,
    };
}
