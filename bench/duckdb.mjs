// duckdb.mjs: the same rows in ordinary tables, in slots and in DuckDB: bytes a row, and times through Node's bindings.
//
//     node bench/duckdb.mjs ROWS.db ROWS.csv SLOTS.so OUT
//
// ROWS.db has the table rows(id, caption, url), ROWS.csv the same rows with a header line. Prints a table, left as
// OUT/duckdb.md too. Needs node:sqlite and @duckdb/node-api. Each engine answers in its own way and with its own defaults:
// SQLite in this thread, DuckDB in as many threads as there are cores, vectors of rows at a time.

import { DatabaseSync } from 'node:sqlite';
import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [rows, csv, slots, out] = process.argv.slice(2);
if (!out) throw new Error('usage: node bench/duckdb.mjs ROWS.db ROWS.csv SLOTS.so OUT');

const LOOKUPS = 2000;
const ROUNDS = 5;

// Engines: open() takes the rows, and gives ask(sql, values) -> rows and bytes(), what the rows and their indexes take.

class SQLite {
    constructor(name, declaration, after) { Object.assign(this, { name, declaration, after }); }

    async open() {
        this.db = new DatabaseSync(':memory:', { allowExtension: true });
        this.db.loadExtension(slots);
        this.db.exec(`ATTACH '${rows.replaceAll("'", "''")}' AS source`);
        this.db.exec(`${this.declaration}; INSERT INTO images SELECT id, caption, url FROM source.rows ORDER BY id; ${this.after}`);
        this.db.exec('DETACH source');
        this.statements = new Map();
    }

    async ask(sql, values = []) {
        if (!this.statements.has(sql)) this.statements.set(sql, this.db.prepare(sql));
        return this.statements.get(sql).all(...values);
    }

    async bytes() {
        const size = this.declaration.includes('USING slots')
            ? "SELECT value AS bytes FROM slots_stats('images') WHERE name = 'bytes'"
            : 'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size';
        return (await this.ask(size))[0].bytes;
    }

    async close() { this.db.close(); }
}

class DuckDB {
    constructor(name, file, keys) { Object.assign(this, { name, file, keys }); }

    async open() {
        if (this.file) this.remove();
        this.instance = await DuckDBInstance.create(':memory:');
        this.connection = await this.instance.connect();
        const place = this.file ? `'${this.file.replaceAll("'", "''")}' AS d` : "':memory:' AS d (COMPRESS)";
        await this.connection.run(`ATTACH ${place}`);
        await this.connection.run('USE d');
        await this.connection.run(
            `CREATE TABLE images(id BIGINT${this.keys ? ' PRIMARY KEY' : ''}, caption VARCHAR, url VARCHAR)`);
        await this.connection.run(`INSERT INTO images SELECT * FROM read_csv('${csv.replaceAll("'", "''")}', header = true,
            delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false, parallel = false) ORDER BY id`);
        if (this.keys) await this.connection.run('CREATE INDEX by_url ON images(url)');
        await this.connection.run('FORCE CHECKPOINT d');
        this.statements = new Map();
    }

    async ask(sql, values = []) {
        if (!this.statements.has(sql)) this.statements.set(sql, await this.connection.prepare(sql));
        const statement = this.statements.get(sql);
        if (values.length) statement.bind(values);
        return (await statement.runAndReadAll()).getRowObjects();
    }

    async bytes() {
        const size = this.file
            ? "SELECT used_blocks * block_size AS bytes FROM pragma_database_size() WHERE database_name = 'd'"
            : 'SELECT sum(memory_usage_bytes) AS bytes FROM duckdb_memory()';
        return Number((await this.ask(size))[0].bytes);
    }

    async close() {
        this.connection.closeSync();
        this.instance.closeSync();
        if (this.file) this.remove();
    }

    remove() { for (const file of [this.file, `${this.file}.wal`]) if (existsSync(file)) rmSync(file); }
}

// What is asked: column of the table, unit, and how long it takes, in that unit.

async function nanoseconds(work) {
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
        const began = process.hrtime.bigint();
        await work();
        best = Math.min(best, Number(process.hrtime.bigint() - began));
    }
    return best;
}

const looking = (sql, keys) => async engine => {
    const count = engine.slow ? 20 : keys.length;
    return await nanoseconds(async () => {
        for (const key of keys.slice(0, count)) await engine.ask(sql, [key]);
    }) / count / 1e3;
};
const reading = sql => async engine => await nanoseconds(() => engine.ask(sql)) / 1e6;

function questions() {
    const source = new DatabaseSync(rows, { readOnly: true });
    const some = source.prepare(`SELECT id, url FROM rows ORDER BY id * 7919 % 1000003 LIMIT ${LOOKUPS}`).all();
    source.close();
    return [
        ['SELECT 1, us', looking('SELECT 1 WHERE 1 = ?', [1, ...Array(LOOKUPS - 1).fill(1)])],
        ['by id, us', looking('SELECT id, caption, url FROM images WHERE id = ?', some.map(row => BigInt(row.id)))],
        ['url = ?, us', looking('SELECT id, caption, url FROM images WHERE url = ?', some.map(row => row.url))],
        ["LIKE '%river%', ms", reading("SELECT count(*) AS n FROM images WHERE caption LIKE '%river%'")],
        ['lengths of all texts, ms', reading('SELECT sum(length(caption) + length(url)) AS n FROM images')],
        ['GROUP BY caption, ms', reading('SELECT count(*) AS n FROM (SELECT caption FROM images GROUP BY caption)')],
    ];
}

// The sums by which an engine shows that it has the rows.
async function identity(engine) {
    const octets = engine instanceof DuckDB ? column => `strlen(${column})` : column => `length(CAST(${column} AS BLOB))`;
    const [row] = await engine.ask(
        `SELECT count(*) AS n, sum(id) AS ids, sum(${octets('caption')}) AS captions, sum(${octets('url')}) AS urls FROM images`);
    return [row.n, row.ids, row.captions, row.urls].map(Number).join();
}

const plain = 'CREATE TABLE images(id INTEGER PRIMARY KEY, caption TEXT, url TEXT)';
const packed = 'CREATE VIRTUAL TABLE images USING slots(id INTEGER PRIMARY KEY, caption TEXT, url TEXT';
const optimize = "INSERT INTO images(images) VALUES('optimize')";
const file = join(out, 'duckdb.db');
const engines = [
    new SQLite('ordinary table, index on url', plain, 'CREATE INDEX by_url ON images(url)'),
    new SQLite('slots', `${packed})`, optimize),
    new SQLite('slots, index on url', `${packed}, INDEX(url))`, optimize),
    new DuckDB('DuckDB in memory, compressed', null, false),
    new DuckDB('DuckDB in memory, compressed, keys on id and url', null, true),
    new DuckDB('DuckDB file', file, false),
    new DuckDB('DuckDB file, keys on id and url', file, true),
];

const asked = questions();
const table = [];
let expected, count;
for (const engine of engines) {
    await engine.open();
    const found = await identity(engine);
    expected ??= found;
    if (found !== expected) throw new Error(`${engine.name} has other rows: ${found} instead of ${expected}`);
    count = Number(found.split(',')[0]);
    const cells = [((await engine.bytes()) / count).toFixed(1)];
    for (const [name, measure] of asked) {
        // Without an index each of these reads the whole table.
        engine.slow = name.startsWith('url') && !/keys|index/.test(engine.name);
        const figure = await measure(engine);
        cells.push(figure.toPrecision(figure < 100 ? 3 : Math.ceil(Math.log10(figure))));
    }
    await engine.close();
    table.push([engine.name, ...cells]);
}

const version = (await (await DuckDBInstance.create(':memory:')).connect().then(
    connection => connection.runAndReadAll('SELECT version()'))).getRows()[0][0];
const sqlite = new DatabaseSync(':memory:').prepare('SELECT sqlite_version() AS v').get().v;
const head = [`${count.toLocaleString('en')} rows`, 'bytes a row', ...asked.map(([name]) => name)];
const line = cells => `| ${cells.join(' | ')} |`;
const text = [line(head), line(head.map((_, i) => i ? '---:' : '---')), ...table.map(line)].join('\n');
writeFileSync(join(out, 'duckdb.md'), `${text}\n`);
console.log(`${text}\n\nDuckDB ${version}, SQLite ${sqlite}, Node ${process.version}. SELECT 1 is what the binding takes by itself.`);
