import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlineOf } from '../html.ts';
import { isAllowed, parseRobots } from '../robots.ts';

test('the longest rule of robots.txt that fits counts, for everybody', () => {
  const rules = parseRobots(
    'User-agent: a\nUser-agent: *\nDisallow: /shop\nAllow: /shop/open # yes\n\nUser-agent: b\nDisallow: /\nDisallow: /*.pdf$',
  );
  const allowed = ['/', '/shop', '/shop/open/1', '/a.pdf'].map((path) => isAllowed(path, rules));
  assert.deepEqual(allowed, [true, false, true, true]);
  const pdf = { allow: [], disallow: ['/*.pdf$'] };
  assert.deepEqual(
    ['/x/a.pdf', '/x/a.pdf?b', '/x/pdf'].map((path) => isAllowed(path, pdf)),
    [false, true, true],
  );
});

test('title and links are found, and none in scripts, styles and comments', () => {
  const found = outlineOf(
    `<TITLE>\n A &lt;b&gt; &#x41; </TITLE><!-- <a href="no"> --><script>x = '<a href="no">'</script>
     <a class=x href='one?a=1&amp;b=2'>1</a><A HREF=two>2</A><area href="three"><abbr href="no">`,
  );
  assert.deepEqual(found, { title: 'A <b> A', links: ['one?a=1&b=2', 'two', 'three'] });
});

test('a page that is cut off, or no page at all, gives what there is', () => {
  assert.deepEqual(outlineOf('<a href="one"></a><a href="tw'), { title: null, links: ['one'] });
  assert.deepEqual(outlineOf(''), { title: null, links: [] });
});
