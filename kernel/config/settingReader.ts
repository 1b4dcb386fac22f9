import { Fault } from '../fault.ts';
import type { Setting, SettingTexts } from './settings.ts';

/** Reads one setting after the other and gathers what is wrong, so that one start shows every mistake. */
export class SettingReader {
  readonly #sources: readonly SettingTexts[];
  readonly #problems: string[] = [];

  /** @param sources earlier ones win; an empty text counts as not given, as an unset variable of a compose file has it */
  constructor(sources: readonly SettingTexts[]) {
    this.#sources = sources;
  }

  has({ name }: Setting<unknown>): boolean {
    return this.#text(name) !== undefined;
  }

  read<T>(setting: Setting<T>): T | undefined {
    const text = this.#text(setting.name);
    if (text === undefined) return undefined;
    const parsed = setting.schema.safeParse(text);
    if (!parsed.success) this.complain(setting, 'is wrong');
    return parsed.data;
  }

  /** The value itself is never shown: it may be a secret. */
  complain({ name, mustBe, example }: Setting<unknown>, problem: string): void {
    this.#problems.push(`${name} ${problem}. It must be ${mustBe}. Example: ${name}=${example}`);
  }

  /** @throws Fault CONFIGURATION with all problems */
  finish(): void {
    if (this.#problems.length > 0) throw new Fault('CONFIGURATION', { public: this.#problems.join('\n') });
  }

  #text(name: string): string | undefined {
    return this.#sources.map((source) => source[name]).find((text) => text !== undefined && text !== '');
  }
}
