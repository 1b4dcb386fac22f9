import { z } from 'zod';
import type { Analyzer } from '../../lineage/request.ts';
import { project } from '../../lineage/profiles/project.ts';
import { PROFILES, type ProfileName } from '../../lineage/profiles/switches.ts';
import { answerLine, failedLine } from './answerLine.ts';
import { lineageLine, requestOf } from './caseLine.ts';

/** Answers each line of JSON with one line, in the same order. A line that cannot be read costs that line. */
export async function* answerLines(
  lines: AsyncIterable<string>,
  analyzer: Analyzer,
  profile: ProfileName,
): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.trim() !== '') yield JSON.stringify(await answered(line, analyzer, profile));
  }
}

async function answered(line: string, analyzer: Analyzer, profile: ProfileName): Promise<object> {
  const read = readLine(line);
  if (!read.ok) return failedLine(read.id, read.message);
  const { line: given } = read;
  try {
    const result = await analyzer.analyze(requestOf(given, PROFILES[profile].lateralAliases === 'asked'));
    return answerLine(given.id, project(result, profile));
  } catch (error) {
    return failedLine(given.id, error instanceof Error ? error.message : String(error));
  }
}

const withId = z.object({ id: z.union([z.string(), z.number()]) });

type Read =
  | { readonly ok: true; readonly line: z.infer<typeof lineageLine> }
  | { readonly ok: false; readonly id: string | number | undefined; readonly message: string };

function readLine(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, id: undefined, message: 'The line is not JSON.' };
  }
  const parsed = lineageLine.safeParse(value);
  if (parsed.success) return { ok: true, line: parsed.data };
  return { ok: false, id: withId.safeParse(value).data?.id, message: z.prettifyError(parsed.error) };
}
