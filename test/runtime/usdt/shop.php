<?php
class Shop {
    static function sell($what) {
        return $what . ".";
    }
}
function open_shop() {
    foreach (["tea", "cake"] as $what)
        Shop::sell($what);
}
open_shop();
try {
    throw new LogicException("sold out");
} catch (LogicException $e) {
    echo "";
}
