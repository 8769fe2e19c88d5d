// Written by pages/widgets/shared/constants.py from what Python draws with; a test holds the two equal.

export const DASHES = {"solid": "", "dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "11 5"}; // dash of a role → what an SVG line takes
export const ERROR_TICKS = [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]; // of an axis that pulls accuracies near 100% apart
export const PERFECT = 0.0001; // nothing measured on 10,000 images lies closer to 100% than one mistake
