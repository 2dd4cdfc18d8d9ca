@node "%~dp0..\..\..\..\..\dist\provider\pulumi\plugin\main.js" %*
