/** Which day a workbook's dates are counted from. */
import { expect, test } from 'vitest';
import { readWorkbook } from '../../media/table/workbook.ts';
import type { Zip } from '../../media/table/zip.ts';

function zipOf(members: Readonly<Record<string, string>>): Zip {
  return {
    has: (name) => name in members,
    async *pieces(name) {
      yield Buffer.from(members[name] ?? '');
    },
    close: () => {},
  };
}

const RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>';
const book = (properties: string, extension: string): Zip =>
  zipOf({
    'xl/_rels/workbook.xml.rels': RELATIONS,
    'xl/worksheets/sheet1.xml': '',
    'xl/workbook.xml': `<workbook>${properties}<sheets><sheet name="a" r:id="r1"/></sheets>${extension}</workbook>`,
  });
const EXTENSION = '<extLst><ext><x14:workbookPr defaultImageDpi="32767"/></ext></extLst>';

test('dates from 1904 stay so where Excel adds properties in an extension', async () => {
  expect((await readWorkbook(book('<workbookPr date1904="1"/>', EXTENSION))).epoch1904).toBe(true);
  expect((await readWorkbook(book('<workbookPr/>', EXTENSION))).epoch1904).toBe(false);
});
