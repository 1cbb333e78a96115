import eslint from "@eslint/js";
import comments from "@eslint-community/eslint-plugin-eslint-comments";
import { defineConfig } from "eslint/config";
import importSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";
import { ignored, wordsConfig } from "./lint/words.mjs";

export default defineConfig([
    ignored,
    ...wordsConfig,
    {
        files: ["**/*.{ts,mts,js,mjs}"],
        extends: [eslint.configs.recommended],
        plugins: { comments, "import-sort": importSort },
        rules: {
            // A comment that switches a rule off says why: // eslint-disable-next-line RULE -- REASON
            "comments/require-description": ["error", { ignore: ["eslint-enable", "global"] }],
            // Node's own modules, packages, folders above, this folder; each in alphabetical order. Exports keep theirs:
            // that of index.ts is the order of schema.json.
            "import-sort/imports": ["error", { groups: [["^\\u0000", "^node:", "^@?\\w", "^\\.\\.", "^\\."]] }],
        },
    },
    {
        // A file is one idea. Tables of test cases may be longer.
        files: ["**/*.{ts,mts,js,mjs}"],
        ignores: ["tests/**"],
        rules: { "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }] },
    },
    {
        files: ["**/*.{ts,mts}"],
        extends: [tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
            "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
            // Where all are types, the import is one of types.
            "@typescript-eslint/no-import-type-side-effects": "error",
            // Templates in messages show numbers and names as they are.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
            // Maps by key and signatures of wire formats are read with brackets, as noPropertyAccessFromIndexSignature wants.
            "@typescript-eslint/dot-notation": "off",
            // A resource is registered by its constructor.
            "no-new": "off",
            // An interface may ask for a promise where one implementation has nothing to wait for.
            "@typescript-eslint/require-await": "off",
        },
    },
    {
        files: ["tests/**/*.ts", "lab/**/*.ts"],
        rules: {
            // A test that finds nothing where something must be should fail right there.
            "@typescript-eslint/no-non-null-assertion": "off",
            // examples are run by loading them.
            "@typescript-eslint/no-require-imports": "off",
        },
    },
    {
        files: ["**/*.{js,mjs}"],
        languageOptions: {
            globals: { console: "readonly", module: "writable", process: "readonly", require: "readonly" },
        },
    },
]);
