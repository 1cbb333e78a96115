import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["dist/", "node_modules/"] },
    eslint.configs.recommended,
    ...tseslint.configs.strictTypeChecked,
    {
        files: ["**/*.ts"],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        rules: {
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
        files: ["**/*.mjs", "**/*.js"],
        extends: [tseslint.configs.disableTypeChecked],
        rules: { "@typescript-eslint/no-require-imports": "off" },
        languageOptions: {
            globals: { console: "readonly", module: "writable", process: "readonly", require: "readonly" },
        },
    },
);
