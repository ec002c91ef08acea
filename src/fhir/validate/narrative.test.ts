import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { narrativeProblem } from './narrative.ts'

const link = (attributes: string) =>
  narrativeProblem(`<div xmlns="http://www.w3.org/1999/xhtml"><a ${attributes}>x</a></div>`)

describe('a narrative', () => {
  test('may link to the web, to mail, to a telephone, to a picture and to what stands beside it', () => {
    for (const address of [
      'https://example.org/a?b=1&amp;c=2:3#d',
      'HTTP://example.org',
      'mailto:a@example.org',
      'tel:+1',
      'data:image/png;base64,AAAA',
      'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
      '#part',
      'Patient/1',
      'image.png',
      '/a:b&amp;c',
      '?a=b:c&amp;d',
      '',
    ])
      assert.equal(link(`href="${address}"`), undefined, address)
    assert.equal(link(`title='He said "on=1"' class="it's href='x'"`), undefined)
  })

  test('may not run a script, however the address is written', () => {
    for (const address of [
      'javascript:alert(1)',
      ' JavaScript:alert(1)',
      '&#106;avascript:alert(1)',
      'javascript&#58;alert(1)',
      'javascript&colon;alert(1)',
      'java&#10;script:alert(1)',
      'java\nscript:alert(1)',
      'vbscript:x',
      'data:text/html,x',
      'data:image/svg+xml,x',
    ])
      for (const attribute of [`href="${address}"`, `href='${address}'`, `HREF = "${address}"`])
        assert.match(link(attribute) ?? '', /links/, attribute)
  })

  test('may not hide an attribute behind the quotes of another', () => {
    for (const before of [`title="'y="`, `title='"y='`, `title="y='"`, `title=""`]) {
      assert.match(link(`${before} href="javascript:alert(1)"`) ?? '', /links/, before)
      assert.match(link(`${before} onclick="alert(1)"`) ?? '', /event handlers/, before)
    }
  })

  test('is refused, and breaks nothing, with a tag of more attributes than anybody writes', () => {
    assert.equal(link('title="x" '.repeat(100).trim()), undefined)
    assert.match(link('title="x" '.repeat(2_000_000)) ?? '', /well-formed/)
  })
})
