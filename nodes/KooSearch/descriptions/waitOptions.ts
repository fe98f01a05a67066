import { numberOption, switchOption } from '../parameters/options';

export const waitMinutesOption = numberOption(
	{
		displayName: 'Wait at Most (Minutes)',
		description: 'How long to wait for a file to be parsed',
	},
	{ absent: 30, min: 1, max: 1440 },
);

/** Options of operations after which files are parsed. */
export const waitOptions = {
	waitForParsing: switchOption(
		{
			displayName: 'Wait for Parsing',
			description: 'Whether to wait until the files are parsed, and to return the result',
		},
		{ absent: false, shown: true },
	),
	waitMinutes: waitMinutesOption,
};
