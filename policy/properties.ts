/** The properties of a resource, copied into plain data: reading an unknown one from what a policy receives throws. */
import { Secret } from "@pulumi/policy";
import { readUnlessUnknown } from "./pulumiInternals";
import { getItems, isRecord, secretValue, unknownValue } from "./values";

/**
 * A copy with placeholders for unknown values and for Pulumi secrets. Secrets are found in `wrapped`, the same value with its
 * secrets wrapped; without it they are copied like other values.
 */
export function copyReadable(value: unknown, wrapped?: unknown): unknown {
    if (wrapped instanceof Secret) {
        return secretValue;
    }
    if (Array.isArray(value)) {
        const wrappedItems = getItems(wrapped);
        // Not by the list's iterator, which throws for an unknown item.
        return Array.from({ length: value.length }, (_, index) => copyProperty(value, index, wrappedItems[index]));
    }
    if (isRecord(value)) {
        const wrappedProperties = isRecord(wrapped) ? wrapped : {};
        return Object.fromEntries(
            Object.keys(value).map((key) => [key, copyProperty(value, key, wrappedProperties[key])]),
        );
    }
    return value;
}

function copyProperty(parent: object, key: string | number, wrapped: unknown): unknown {
    return copyReadable(readUnlessUnknown(parent, key, unknownValue), wrapped);
}
