/** Two notes, the second lower and softer than the first. */
const notes = [
	{ hertz: 659.25, at: 0, loudness: 0.08 },
	{ hertz: 493.88, at: 0.13, loudness: 0.05 }
] as const;
const noteSeconds = 0.35;
const startsWithinMs = 300;

let context: AudioContext | undefined;

/** Whether it could be played: browsers give no sound to a page that nobody has touched yet. */
export async function playChime(): Promise<boolean> {
	if (typeof AudioContext !== 'function') return false;
	context ??= new AudioContext();
	const { destination, currentTime } = context;
	if (!(await isRunning(context))) return false;
	for (const { hertz, at, loudness } of notes) {
		const oscillator = new OscillatorNode(context, { frequency: hertz });
		const volume = new GainNode(context, { gain: 0 });
		const start = currentTime + at;
		volume.gain.setValueAtTime(0, start);
		volume.gain.linearRampToValueAtTime(loudness, start + 0.015);
		volume.gain.exponentialRampToValueAtTime(0.0001, start + noteSeconds);
		oscillator.connect(volume).connect(destination);
		oscillator.start(start);
		oscillator.stop(start + noteSeconds);
	}
	return true;
}

async function isRunning(audio: AudioContext): Promise<boolean> {
	const late = new Promise((resolve) => setTimeout(resolve, startsWithinMs));
	await Promise.race([audio.resume().catch(() => undefined), late]);
	return audio.state === 'running';
}
