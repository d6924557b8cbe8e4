import { DefinitionError } from './check-definition.js';
import { pascalCase } from './names.js';
import type { ReportDefinition } from './report-definition.js';

/** A definition and the name of its file, for error messages. */
export interface ReportFile {
  readonly file: string;
  readonly report: ReportDefinition;
}

/** The reports that a process knows. */
export class ReportCatalog {
  /** In the order in which pages and lists show them. The first one is the default of the page and of GraphiQL. */
  readonly reports: readonly ReportDefinition[];
  readonly #byName: ReadonlyMap<string, ReportDefinition>;
  readonly #byFingerprint: ReadonlyMap<string, ReportDefinition>;
  readonly #files: ReadonlyMap<ReportDefinition, string>;

  /**
   * @param own come before the shipped ones, because a source of one's own often lacks the tables of these
   * @throws DefinitionError naming both files when their names or types collide
   */
  constructor(shipped: readonly ReportFile[], own: readonly ReportFile[] = []) {
    refuseCollisions([...shipped, ...own]);
    const files = [...own, ...shipped];
    this.reports = files.map(({ report }) => report);
    this.#byName = new Map(this.reports.map((report) => [report.name, report]));
    this.#byFingerprint = new Map(this.reports.map((report) => [report.fingerprint, report]));
    this.#files = new Map(files.map(({ file, report }) => [report, file]));
  }

  find(name: string): ReportDefinition | undefined {
    return this.#byName.get(name);
  }

  /** @throws Error when the process does not know the report */
  get(name: string): ReportDefinition {
    const report = this.find(name);
    if (report === undefined) throw new Error(`There is no report of the kind ${JSON.stringify(name)}.`);
    return report;
  }

  /** The definition with this fingerprint; undefined once the definition was changed or removed. */
  findByFingerprint(fingerprint: string): ReportDefinition | undefined {
    return this.#byFingerprint.get(fingerprint);
  }

  /** The name of the definition's file, for messages. */
  fileOf(report: ReportDefinition): string {
    return this.#files.get(report) ?? report.name;
  }

  get fingerprints(): readonly string[] {
    return [...this.#byFingerprint.keys()];
  }
}

function refuseCollisions(files: readonly ReportFile[]): void {
  const kinds = new Map<string, ReportFile>();
  const members = new Map<string, { file: string; kind: string; type: string }>();
  for (const entry of files) {
    const { file, report } = entry;
    const type = pascalCase(report.name);
    const twin = kinds.get(type);
    if (twin !== undefined)
      throw new DefinitionError(
        `${file}: name`,
        twin.report.name === report.name
          ? `is ${JSON.stringify(report.name)}, which ${twin.file} has as well.`
          : `is ${JSON.stringify(report.name)}, which has the same GraphQL names as ${JSON.stringify(twin.report.name)} in ${twin.file}.`,
      );
    kinds.set(type, entry);
    for (const [name, { operator, column }] of Object.entries(report.filter)) {
      const memberType = `${operator === 'oneOf' ? 'list of ' : ''}${column.type}`;
      const known = members.get(name);
      if (known !== undefined && known.type !== memberType)
        throw new DefinitionError(
          `${file}: filter.${name}`,
          `is a ${memberType}, but a ${known.type} in ${known.file}; a job shows both under one name.`,
        );
      members.set(name, { file, kind: report.name, type: memberType });
    }
  }
}
