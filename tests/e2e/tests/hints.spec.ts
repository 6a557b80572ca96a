// Inline hints: at an element, at the fields of a form that an answer names, and how they go.
import { card, dismiss, focus, notice, said, settled, show, start, toasts } from '../support/notices';
import { type Site, expect, test } from '../support/test';

/** A form with the fields that servers name in so many ways. */
async function form(site: Site): Promise<void> {
  await site.page.evaluate(() => {
    const form = document.createElement('form');
    form.id = 'order';
    const field = (name: string, id: string, described?: string) => {
      const [label, input] = [document.createElement('label'), document.createElement('input')];
      label.textContent = id;
      input.name = name;
      input.id = id;
      if (described) input.setAttribute('aria-describedby', described);
      label.append(input);
      form.append(label);
    };
    const note = document.createElement('p');
    note.id = 'note';
    note.textContent = 'We never share it.';
    form.append(note);
    field('email', 'mail', 'note');
    field('items[0][qty]', 'brackets');
    field('items.1.qty', 'dots');
    field('qty', 'row-0');
    field('qty', 'row-1');
    field('', 'by-id');
    const secret = document.createElement('input');
    Object.assign(secret, { type: 'hidden', name: 'token' });
    const save = document.createElement('button');
    save.textContent = 'Order';
    save.type = 'button';
    save.id = 'send';
    form.append(secret, save);
    document.querySelector('main')!.append(form);
  });
}

/** Sends the form; its failure belongs to the element of this id. */
function send(site: Site, url: string, anchor = 'order'): Promise<void> {
  return site.page.evaluate(
    ([url, anchor]) =>
      client
        .fetch(url, { method: 'POST', body: '{}', steady: { notify: document.getElementById(anchor)! } })
        .then(() => {}),
    [url, anchor] as const,
  );
}

/** What a screen reader says of a field: its description, by the accessibility tree. */
async function description(site: Site, selector: string): Promise<{ text: string; invalid: string }> {
  const cdp = await site.page.context().newCDPSession(site.page);
  const { result } = await cdp.send('Runtime.evaluate', {
    expression: `document.querySelector(${JSON.stringify(selector)})`,
  });
  const { nodes } = (await cdp.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId!,
    fetchRelatives: false,
  })) as {
    nodes: { description?: { value: string }; properties?: { name: string; value: { value: string } }[] }[];
  };
  const invalid = nodes[0]!.properties?.find(({ name }) => name === 'invalid')?.value.value ?? 'none';
  return { text: nodes[0]!.description?.value ?? '', invalid };
}

const errors = [
  { pointer: '/email', detail: 'is taken by <b>somebody</b>' },
  { pointer: '/items/0/qty', detail: 'must be one at least' },
  { pointer: '#/items/1/qty', detail: 'is more than we have' },
  { parameter: 'by-id', detail: 'has to be a date' },
  { pointer: '/token', detail: 'has run out' },
  { pointer: '/basket', detail: 'is empty' },
];

test('A24 a hint describes its element, and leaves its attributes as they were', async ({ site, server }) => {
  await start(site, { defaults: { retry: false } });
  await form(site);
  const script = await server.play({
    steps: [{ problem: { status: 422, title: 'Nope', errors } }, { text: 'ok' }],
  });
  const before = await site.page.locator('#order').evaluate((form) => form.outerHTML);
  await send(site, script.url);
  const hint = card(site, 'Some entries need a change');
  await expect(hint).toBeVisible();
  await expect(toasts(site)).toHaveCount(0);
  expect(await site.page.locator('#order > [data-steadfetch=hint]:not([data-of])').count()).toBe(1);
  // In the person's language, not in the server's words.
  expect(await description(site, '#mail')).toEqual({
    text: 'We never share it. This entry needs a change',
    invalid: 'true',
  });
  expect((await description(site, '#order')).text).toContain(
    "Some entries need a change. The server can't use what was entered.",
  );
  for (const id of ['brackets', 'dots', 'by-id'])
    expect((await description(site, `#${id}`)).text, id).toBe('This entry needs a change');
  for (const id of ['row-0', 'row-1', 'send'])
    expect(await site.page.locator(`#${id}`).getAttribute('aria-invalid'), id).toBeNull();
  await expect(site.page.locator('[title]')).toHaveCount(0);
  expect(await site.page.locator('#order').evaluate((form) => form.textContent)).not.toContain('taken');
  // An attribute that the app changes meanwhile is the app's.
  await site.page
    .locator('#dots')
    .evaluate((field) =>
      field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby')} note`),
    );
  await send(site, script.url);
  await expect(hint).toHaveCount(0);
  await expect(site.page.locator('#dots')).toHaveAttribute('aria-describedby', 'note');
  await site.page.locator('#dots').evaluate((field) => field.removeAttribute('aria-describedby'));
  expect(await site.page.locator('#order').evaluate((form) => form.outerHTML)).toBe(before);
});

test('a server that the app trusts says it in its own words, as text; what fits no field is in the hint of the form', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false }, privacy: { trustServerText: [server.first] } });
  await form(site);
  const script = await server.play({ steps: [{ problem: { status: 400, errors } }] });
  await send(site, script.url, 'send');
  const hint = card(site, 'Some entries need a change');
  await expect(hint).toBeVisible();
  expect((await description(site, '#mail')).text).toBe('We never share it. is taken by <b>somebody</b>');
  expect((await description(site, '#brackets')).text).toBe('must be one at least');
  expect((await description(site, '#dots')).text).toBe('is more than we have');
  await expect(hint.getByRole('listitem')).toHaveText(['has run out', 'is empty']);
  // A button is described by what came of it, but is no wrong entry.
  expect((await description(site, '#send')).text).toContain('Some entries need a change');
  expect(await site.page.locator('#send').getAttribute('aria-invalid')).toBeNull();
  // Another origin is not trusted with that.
  await send(site, script.second, 'send');
  await expect(hint).toHaveCount(2);
  expect((await description(site, '#brackets')).text).toContain('This entry needs a change');
});

test('rows of one name are told apart by the number in the pointer', async ({ site, server }) => {
  await start(site, { defaults: { retry: false } });
  await form(site);
  const script = await server.play({
    steps: [{ problem: { status: 422, errors: [{ pointer: '/lines/1/qty', detail: 'no' }] } }],
  });
  await send(site, script.url);
  await expect(site.page.locator('#row-1')).toHaveAttribute('aria-invalid', 'true');
  expect(await site.page.locator('#row-0').getAttribute('aria-invalid')).toBeNull();
});

test('an edited field is no longer marked, and with the last one the notice goes; the focus stays', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false } });
  await form(site);
  const script = await server.play({ steps: [{ problem: { status: 422, errors: errors.slice(0, 2) } }] });
  await send(site, script.url);
  const hint = card(site, 'Some entries need a change');
  await expect(site.page.locator('[aria-invalid=true]')).toHaveCount(2);
  await site.page.locator('#dots').fill('something else');
  await expect(site.page.locator('[aria-invalid=true]')).toHaveCount(2);
  await site.page.locator('#mail').fill('ada@example.org');
  await expect(site.page.locator('[aria-invalid=true]')).toHaveCount(1);
  await expect(site.page.locator('#mail')).toHaveAttribute('aria-describedby', 'note');
  await expect(hint).toBeVisible();
  await site.page.locator('#brackets').fill('2');
  await expect(hint).toHaveCount(0);
  expect(await focus(site)).toBe('brackets');
  await expect(site.page.locator('[data-steadfetch=hint]')).toHaveCount(0);
  // The same mistake once more is said once more.
  await send(site, script.url);
  await expect(hint).toBeVisible();
  await expect(site.page.locator('[aria-invalid=true]')).toHaveCount(2);
});

test('what was typed before the answer came takes no mark away, and what is said of the whole form stays', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false }, privacy: { trustServerText: [server.first] } });
  await form(site);
  const all = [errors[0]!, errors[5]!];
  const script = await server.play({ steps: [{ problem: { status: 422, errors: all } }] });
  await site.page.locator('#mail').pressSequentially('ada');
  await send(site, script.url);
  const marked = site.page.locator('[aria-invalid=true]');
  await expect(marked).toHaveCount(1);
  // Only now the browser says that it changed.
  await site.page.keyboard.press('Tab');
  await site.page.waitForTimeout(300);
  await expect(marked).toHaveCount(1);
  await site.page.locator('#mail').press('x');
  await expect(marked).toHaveCount(0);
  await site.page.locator('#mail').press('y');
  await site.page.waitForTimeout(100);
  await expect(card(site, 'Some entries need a change')).toContainText('is empty');
});

test('an outage at a button: said there, spoken politely, over when the same call goes well', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false, breaker: false } });
  const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }] });
  await send(site, script.url, 'save');
  const hint = card(site, 'This has to wait a moment');
  await expect(hint).toBeVisible();
  await settled(site);
  const [button, box] = [await site.page.locator('#save').boundingBox(), await hint.boundingBox()];
  expect(box!.y).toBeGreaterThan(button!.y);
  expect(box!.y - button!.y).toBeLessThan(80);
  expect(await site.page.evaluate(() => client.notices.list()[0]!.surface)).toBe('inline');
  await expect.poll(() => said(site)).toEqual([expect.stringContaining('This has to wait a moment')]);
  // Editing something is no remedy for that.
  await site.page.getByLabel('Name').fill('x');
  await expect(hint).toBeVisible();
  await send(site, script.url, 'save');
  await expect(card(site, 'Done Working again')).toBeVisible();
  expect(await site.page.locator('#save').getAttribute('aria-describedby')).not.toBeNull();
  await dismiss(card(site, 'Done Working again')).click();
  await expect(site.page.locator('[data-steadfetch=hint]')).toHaveCount(0);
  expect(await site.page.locator('#save').getAttribute('aria-describedby')).toBeNull();
});

test('a hint whose element leaves the page becomes a toast, the same notice', async ({ site, server }) => {
  await start(site, { defaults: { retry: false } });
  const script = await server.play({ steps: [{ status: 500 }] });
  await send(site, script.url, 'save');
  const shown = card(site, "That didn't work");
  await expect(shown).toBeVisible();
  await expect(toasts(site)).toHaveCount(0);
  const [before] = await site.page.evaluate(() => client.notices.list());
  await site.page.evaluate(() => document.querySelector('#save')!.remove());
  await expect(toasts(site)).toHaveCount(1);
  await expect(shown).toBeVisible();
  await expect(site.page.locator('[data-steadfetch=hint]')).toHaveCount(0);
  const [after] = await site.page.evaluate(() => client.notices.list());
  expect([after!.id, after!.surface]).toEqual([before!.id, 'toast']);
  // One that never was in the page.
  await site.page.evaluate(
    (input) => {
      client.notices.show({ ...input, surface: document.createElement('div') });
    },
    notice('At nothing', { severity: 'error' }),
  );
  await expect(toasts(site)).toHaveCount(2);
});

test('what the page takes out of a hint is put back; what it takes out again and again is a toast', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false } });
  await form(site);
  const script = await server.play({ steps: [{ problem: { status: 422, errors: errors.slice(0, 1) } }] });
  await send(site, script.url);
  const hosts = site.page.locator('[data-steadfetch=hint]');
  const shown = card(site, /./);
  await expect(hosts).toHaveCount(2);
  const [before] = await site.page.evaluate(() => client.notices.list());
  const take = () =>
    site.page.evaluate(() =>
      document.querySelectorAll('[data-steadfetch=hint]').forEach((node) => node.remove()),
    );
  for (let n = 0; n < 3; n++) {
    await take();
    await expect(hosts).toHaveCount(2);
    await expect(toasts(site)).toHaveCount(0);
    await expect(shown).toBeVisible();
    expect((await description(site, '#mail')).text).toContain('We never share it. ');
    expect((await description(site, '#mail')).text.length).toBeGreaterThan(25);
  }
  await take();
  await expect(toasts(site)).toHaveCount(1);
  await expect(hosts).toHaveCount(0);
  expect((await description(site, '#mail')).text).toBe('We never share it.');
  const [after] = await site.page.evaluate(() => client.notices.list());
  expect([after!.id, after!.surface]).toEqual([before!.id, 'toast']);
});

test("the app's own notice at an element; the words of a label are not longer by it", async ({ site }) => {
  await start(site);
  await site.page.evaluate(
    (input) => {
      client.notices.show({ ...input, surface: document.querySelector('#name')! });
    },
    notice('This name is taken', { severity: 'error', body: 'Another one is free.' }),
  );
  await expect(card(site, 'This name is taken')).toBeVisible();
  await expect(site.page.getByRole('textbox', { name: 'Name', exact: true })).toBeVisible();
  expect(await description(site, '#name')).toEqual({
    text: 'This name is taken. Another one is free.',
    invalid: 'false',
  });
  await show(site, notice('Elsewhere', { severity: 'error' }));
  await expect(toasts(site)).toHaveCount(1);
  // The hotkey leads back to the field.
  await dismiss(card(site, 'This name is taken')).press('Enter');
  await expect(card(site, 'This name is taken')).toHaveCount(0);
  await site.page.evaluate(
    (input) => {
      client.notices.show({ ...input, surface: document.querySelector('#name')! });
    },
    notice('This name is taken', { severity: 'error', body: 'Another one is free.' }),
  );
  await site.page.locator('#name').fill('Ada');
  await expect(card(site, 'This name is taken')).toHaveCount(0);
});

test('what is wrong with an anchor is said; a call may not share its request with others then', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok', delay: 300 }] });
  await start(site, { defaults: { coalesce: true } });
  const found = await site.page.evaluate(async (url) => {
    const wrong = await client
      .fetch(url, { steady: { notify: 7 as never } })
      .catch((error: unknown) => error);
    // Frameworks hang their own, which leads in circles, on an element.
    Object.assign(document.querySelector('#save')!, { __own: document.querySelector('#save') });
    await Promise.all(
      [1, 2].map(() => client.fetch(url, { steady: { notify: document.querySelector('#save')! } })),
    );
    return wrong instanceof steadfetch.ConfigError ? wrong.problems : String(wrong);
  }, script.url);
  expect(found).toEqual([{ path: 'notify', message: expect.stringContaining('an element') }]);
  expect(await script.count()).toBe(2);
});

test('where hints cannot be loaded, their notices are toasts', async ({ bare, server }) => {
  bare.expects(/what draws inline hints cannot be loaded/);
  await bare.page.route(/hints-.*\.js/, (route) => route.abort());
  await bare.open();
  await start(bare, { defaults: { retry: false } });
  const script = await server.play({ steps: [{ status: 500 }] });
  await send(bare, script.url, 'save');
  await expect(toasts(bare)).toHaveCount(1);
  await expect(card(bare, "That didn't work")).toBeVisible();
});
