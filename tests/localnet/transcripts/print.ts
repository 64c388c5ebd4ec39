/* eslint-disable no-console -- a report for people */
/** `npm run transcripts`: replays all recorded transcripts and prints the table. */
import { replayAll } from './replay';
import { fileLine, good, problemLines, totalLine } from './report';

const results = await replayAll((result) => {
	console.log(fileLine(result));
	for (const line of problemLines(result)) console.log(line);
});
console.log(totalLine(results));
process.exit(results.every((result) => good(result) === result.cases.length) ? 0 : 1);
