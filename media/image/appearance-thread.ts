/** What a thread of the worker does with the samples that a child left. */
import { appearanceOf } from './appearance.ts';
import { readViews, type ViewsHeader } from './views-file.ts';

export interface ViewsLeft {
  readonly path: string;
  readonly header: ViewsHeader;
}

export type Appearance = ReturnType<typeof appearanceOf>;

export function calculate({ path, header }: ViewsLeft): Appearance {
  return appearanceOf(readViews(path, header));
}
