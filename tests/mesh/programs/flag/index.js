/** The flag alone, with the arguments of the JSON file that CHAIN_ARGUMENTS names. */
const { readFileSync } = require("node:fs");
const { IstiodFeatureFlag } = require("../../../..");

new IstiodFeatureFlag("flag", JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8")));
